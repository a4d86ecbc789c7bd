#include "api/boards/board_notice.h"

#include <fmt/format.h>

#include <string>

namespace atelier::api {
namespace {

std::string Escaped(std::string_view text) {
  std::string escaped;
  for (char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

}  // namespace

bool WantsHtml(const http::Request& request) {
  return request.headers.Get("accept").value_or("").find("text/html") != std::string_view::npos;
}

http::Response BoardNotice(int status, std::string_view title, std::string_view text, bool again) {
  auto response = http::Response::Text(
      status,
      fmt::format("<!doctype html><meta charset=\"utf-8\"><title>{0}</title><style>body{{font:16px/1.5 sans-serif;"
                  "margin:4em auto;max-width:40em;padding:0 1em}}</style><h1>{0}</h1><p>{1}</p>\n",
                  Escaped(title), Escaped(text)),
      "text/html; charset=utf-8");
  response.headers.Set("Cache-Control", "no-store");
  response.headers.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
  response.headers.Set("Referrer-Policy", "no-referrer");
  if (again) response.headers.Set("Refresh", "2");
  return response;
}

}  // namespace atelier::api
