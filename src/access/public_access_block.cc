#include "access/public_access_block.h"

#include "base/json.h"

namespace atelier::access {
namespace {

constexpr std::int64_t kVersion = 1;

std::unexpected<Error> Damaged() {
  return Internal(
      "a stored public access block cannot be decoded; the database is damaged or was changed by something else");
}

Result<bool> Flag(const json::object& from, std::string_view name) {
  ATELIER_TRY(auto flag, ReadBool(from, name));
  if (!flag) return Damaged();
  return *flag;
}

Result<PublicAccessBlock> Decode(std::string_view text) {
  ATELIER_TRY(json::object root, ParseJsonObject(text));
  ATELIER_TRY(auto version, ReadInt(root, "v"));
  if (version != kVersion) return Damaged();
  PublicAccessBlock block;
  ATELIER_TRY(block.block_public_acls, Flag(root, "block_acls"));
  ATELIER_TRY(block.ignore_public_acls, Flag(root, "ignore_acls"));
  ATELIER_TRY(block.block_public_policy, Flag(root, "block_policy"));
  ATELIER_TRY(block.restrict_public_buckets, Flag(root, "restrict"));
  return block;
}

}  // namespace

std::string EncodePublicAccessBlock(const PublicAccessBlock& block) {
  return CompactJson(json::object{{"v", kVersion},
                                  {"block_acls", block.block_public_acls},
                                  {"ignore_acls", block.ignore_public_acls},
                                  {"block_policy", block.block_public_policy},
                                  {"restrict", block.restrict_public_buckets}});
}

Result<PublicAccessBlock> DecodePublicAccessBlock(std::string_view text) {
  auto block = Decode(text);
  // Whatever the reason is, it is not the client's fault.
  if (!block) return Damaged();
  return block;
}

}  // namespace atelier::access
