#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>
#include <csignal>
#include <thread>

#include "predictor/image_size.h"
#include "predictor/intake.h"
#include "predictor/meta_graph.h"
#include "predictor/protocol.h"
#include "predictor/zygote.h"

namespace atelier::predictor {
namespace {

using testing::HasSubstr;

struct SocketPair {
  SocketPair() {
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    one = UniqueFd(ends[0]);
    two = UniqueFd(ends[1]);
  }
  UniqueFd one, two;
};

TEST(Protocol, FramesRoundTrip) {
  SocketPair pair;
  std::string body(100'000, 'x');
  ASSERT_TRUE(WriteFrame(pair.one.get(), FrameKind::kReply, 42, 200, "application/json", "careful", body));
  auto frame = ReadFrame(pair.two.get());
  ASSERT_TRUE(frame) << frame.error().message;
  EXPECT_EQ(frame->header.id, 42U);
  EXPECT_EQ(frame->header.status, 200);
  EXPECT_EQ(frame->content_type, "application/json");
  EXPECT_EQ(frame->warning, "careful");
  EXPECT_EQ(frame->body, body);
}

TEST(Protocol, TellsACleanEndFromACutFrame) {
  SocketPair pair;
  auto prefix = EncodePrefix(FrameKind::kPredict, 1, 0, 0, "", "", 10);
  ASSERT_TRUE(WriteAll(pair.one.get(), prefix + "half"));
  pair.one.Reset();
  EXPECT_EQ(ReadFrame(pair.two.get()).error().kind, ErrorKind::kInvalidArgument);
  EXPECT_EQ(ReadFrame(pair.two.get()).error().kind, ErrorKind::kNotFound);
}

TEST(Protocol, RefusesForeignBytesAndHugeLengths) {
  EXPECT_FALSE(DecodeHeader(std::string(kHeaderBytes, 'a')));
  EXPECT_FALSE(DecodeHeader("short"));
  FrameHeader huge;
  huge.kind = FrameKind::kReply;
  huge.body_length = kMaxBody + 1;
  auto bytes = EncodeHeader(huge);
  EXPECT_FALSE(DecodeHeader({bytes.data(), bytes.size()}));
  bytes[4] = 9;
  EXPECT_FALSE(DecodeHeader({bytes.data(), bytes.size()}));
}

std::string Whole(FrameKind kind, std::uint64_t id, const std::string& body) {
  return EncodePrefix(kind, id, 0, 0, "text/plain", "", body.size()) + body;
}

void Feed(FrameBuffer& buffer, std::string_view bytes) {
  while (!bytes.empty()) {
    auto room = buffer.Room();
    auto count = bytes.copy(room.data(), std::min(room.size(), bytes.size()));
    buffer.Added(count);
    bytes.remove_prefix(count);
  }
}

TEST(FrameBuffer, GivesWholeFramesHoweverTheyArrive) {
  std::vector<std::string> bodies = {"one", "", std::string(200'000, 'b'), "four"};
  std::string stream;
  for (std::size_t i = 0; i < bodies.size(); ++i) stream += Whole(FrameKind::kReply, i + 1, bodies[i]);
  for (std::size_t step : {std::size_t{1}, std::size_t{33}, std::size_t{5000}, stream.size()}) {
    FrameBuffer buffer;
    std::vector<std::string> seen;
    for (std::size_t at = 0; at < stream.size(); at += step) {
      Feed(buffer, std::string_view(stream).substr(at, step));
      for (auto frame = buffer.Take(); frame && *frame; frame = buffer.Take()) {
        EXPECT_EQ((*frame)->header.id, seen.size() + 1);
        EXPECT_EQ((*frame)->content_type, "text/plain");
        seen.push_back((*frame)->body);
      }
    }
    EXPECT_EQ(seen, bodies) << "in steps of " << step;
    EXPECT_EQ(buffer.buffered(), 0U);
  }
}

TEST(FrameBuffer, RefusesForeignBytes) {
  FrameBuffer buffer;
  Feed(buffer, Whole(FrameKind::kReply, 1, "good") + std::string(kHeaderBytes, 'a'));
  EXPECT_TRUE(buffer.Take());
  EXPECT_FALSE(buffer.Take());
}

struct IntakeTest : testing::Test {
  IntakeTest() : stop(*StopSignal::Install()), intake(pair.one.get(), stop) {}
  void Send(std::string_view bytes) { ASSERT_TRUE(WriteAll(pair.two.get(), bytes)); }
  SocketPair pair;
  StopSignal stop;
  Intake intake;
};

TEST_F(IntakeTest, TakesRequestsInTheirOrderAndMarksTheRecalled) {
  Send(Whole(FrameKind::kPredict, 1, "a") + Whole(FrameKind::kPredict, 2, "b") + Whole(FrameKind::kPredict, 3, "c") +
       EncodePrefix(FrameKind::kRecall, 2, 0, 0, "", "", 0) + EncodePrefix(FrameKind::kRecall, 9, 0, 0, "", "", 0));
  ASSERT_TRUE(intake.Wait(false));
  auto first = intake.Take(1);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].frame.body, "a");
  EXPECT_FALSE(first[0].recalled);
  auto rest = intake.Take(9);
  ASSERT_EQ(rest.size(), 2U);
  EXPECT_TRUE(rest[0].recalled);
  EXPECT_FALSE(rest[1].recalled);
  pair.two.Reset();
  EXPECT_FALSE(intake.Wait(false));
}

TEST_F(IntakeTest, WhatArrivedBeforeTheEndIsTaken) {
  Send(Whole(FrameKind::kPredict, 1, "a") + Whole(FrameKind::kPredict, 2, "b").substr(0, 20));
  pair.two.Reset();
  ASSERT_TRUE(intake.Wait(true));
  EXPECT_EQ(intake.Take(9).size(), 1U);
  EXPECT_FALSE(intake.Wait(true)) << "half a request is none";
}

TEST_F(IntakeTest, LargeRequestsAreTakenOneByOne) {
  std::string large(Intake::kTogether / 2 + 1, 'x');
  auto writer = std::thread([&] {
    for (std::uint64_t id : {1U, 2U}) (void)WriteAll(pair.two.get(), Whole(FrameKind::kPredict, id, large));
    pair.two.Reset();
  });
  std::vector<std::size_t> sizes;
  while (intake.Wait(true)) sizes.push_back(intake.Take(9).size());
  writer.join();
  EXPECT_EQ(sizes, (std::vector<std::size_t>{1, 1}));
}

// Builds the wire format by hand: tag, length, bytes.
std::string Bytes(int field, const std::string& value) {
  return std::string(1, static_cast<char>(field << 3 | 2)) + static_cast<char>(value.size()) + value;
}
std::string Number(int field, int value) {
  return std::string(1, static_cast<char>(field << 3)) + static_cast<char>(value);
}

std::string SampleSignature(const std::string& shape) {
  auto info = Bytes(1, "x:0") + Number(2, 1) + Bytes(3, shape);
  auto input = Bytes(1, "images") + Bytes(2, info);
  auto output = Bytes(1, "scores") + Bytes(2, Bytes(1, "y:0") + Number(2, 1));
  return Bytes(1, input) + Bytes(2, output) + Bytes(3, "tensorflow/serving/predict");
}

TEST(MetaGraph, ReadsSignaturesShapesAndUnknownRank) {
  auto shape = Bytes(2, std::string("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11)) + Bytes(2, Number(1, 100));
  auto known = Bytes(1, "predict_images") + Bytes(2, SampleSignature(shape));
  auto init = Bytes(1, "__saved_model_init_op") + Bytes(2, "");
  auto signatures = ReadSignatures(Bytes(2, "a graph") + Bytes(5, known) + Bytes(5, init));
  ASSERT_TRUE(signatures) << signatures.error().message;
  ASSERT_EQ(signatures->size(), 1U);
  const auto& input = signatures->at("predict_images").inputs.at("images");
  EXPECT_EQ(input.tensor, "x:0");
  EXPECT_EQ(input.type, DataType::kFloat);
  EXPECT_EQ(ShapeText(input), "[-1, 100]");
  auto unranked = ReadSignatures(Bytes(5, Bytes(1, "s") + Bytes(2, SampleSignature(Number(3, 1)))));
  ASSERT_TRUE(unranked);
  EXPECT_TRUE(unranked->at("s").inputs.at("images").unknown_rank) << "must not look like a scalar";
  EXPECT_FALSE(ReadSignatures("\x2a\xff\xff"));
}

TEST(MetaGraph, ChoosesTheOnlySignatureOrServingDefault) {
  std::map<std::string, Signature> one = {{"predict_images", {}}};
  EXPECT_TRUE(ChooseSignature(one, ""));
  std::map<std::string, Signature> several = {{"a", {}}, {"serving_default", {}}};
  EXPECT_EQ(*ChooseSignature(several, ""), &several.at("serving_default"));
  EXPECT_EQ(*ChooseSignature(several, "a"), &several.at("a"));
  EXPECT_THAT(ChooseSignature(several, "b").error().message, HasSubstr("a, serving_default"));
  several.erase("serving_default");
  several["c"] = {};
  EXPECT_FALSE(ChooseSignature(several, ""));
}

TEST(Zygote, BackoffDoublesUpToItsLimit) {
  using std::chrono::milliseconds;
  EXPECT_EQ(Backoff(0, milliseconds(1000)), milliseconds(0));
  EXPECT_EQ(Backoff(1, milliseconds(1000)), milliseconds(50));
  EXPECT_EQ(Backoff(2, milliseconds(1000)), milliseconds(100));
  EXPECT_EQ(Backoff(9, milliseconds(1000)), milliseconds(1000));
  EXPECT_EQ(Backoff(1'000'000, milliseconds(1000)), milliseconds(1000));
}

TEST(Zygote, ExitsAreDescribedInWords) {
  EXPECT_EQ(DescribeExit(3 << 8), "exited with code 3");
  EXPECT_THAT(DescribeExit(SIGSEGV), HasSubstr("killed by signal 11"));
}

TEST(ImageSize, WarnsOnlyWhenTheNumbersDisagree) {
  std::string png("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x20\0\0\0\x20\x08\x02\0\0\0", 29);
  auto size = ReadImageSize(png);
  ASSERT_TRUE(size);
  EXPECT_EQ(size->width, 32U);
  EXPECT_EQ(size->channels, 3U);
  EXPECT_FALSE(ReadImageSize("GIF89a"));
  EXPECT_FALSE(ReadImageSize("\xFF\xD8\xFF"));
  http::FormPart part{{"images", "a.png", "image/png"}, png};
  EXPECT_THAT(ImageSizeWarning({part}, 784),
              HasSubstr("32x32 with 3 channel(s), 3072 values, but the model was fed 784"));
  EXPECT_EQ(ImageSizeWarning({part}, 1024), "");
  EXPECT_EQ(ImageSizeWarning({part, part}, 784), "");
}

}  // namespace
}  // namespace atelier::predictor
