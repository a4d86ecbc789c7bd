-- Posts one file again and again: wrk -s post.lua URL -- <file> <content type> [token]. The last line is the result as JSON.
function init(arguments)
  local file = assert(io.open(arguments[1], "rb"))
  wrk.method = "POST"
  wrk.body = file:read("*a")
  file:close()
  wrk.headers["Content-Type"] = arguments[2]
  if arguments[3] and arguments[3] ~= "" then
    wrk.headers["X-Auth-Token"] = arguments[3]
  end
end

function done(summary, latency, requests)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  print(string.format('{"requests": %d, "seconds": %.6f, "errors": %d, "p50_us": %.1f, "p99_us": %.1f}', summary.requests,
    summary.duration / 1e6, failed, latency:percentile(50), latency:percentile(99)))
end
