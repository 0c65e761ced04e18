-- Charges any wallet, each under a key of its own. Given: the API key, a word for this run, the body's
-- pattern, the number of wallets and, for charges that arrive by chance, how many milliseconds a
-- connection rests on average before each.
local thread_count = 0

function setup(thread)
  thread:set('number', thread_count)
  thread_count = thread_count + 1
end

function init(args)
  api_key, run, body, wallets = args[1], args[2], args[3], tonumber(args[4])
  math.randomseed(os.time() + number)
  sent = 0
  local rest = tonumber(args[5])
  if rest then
    -- Rests that forget how long they have lasted make arrivals independent of each other.
    delay = function() return math.floor(-math.log(1 - math.random()) * rest) end
  end
end

function request()
  sent = sent + 1
  return wrk.format('POST', nil, {
    ['Authorization'] = 'Bearer ' .. api_key,
    ['Content-Type'] = 'application/json',
    ['Idempotency-Key'] = run .. '-' .. number .. '-' .. sent,
  }, string.format(body, math.random(0, wallets - 1)))
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\nresult={"requests":%d,"micros":%d,"failed":%d,"p50":%d,"p99":%d}\n',
    summary.requests, summary.duration,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
