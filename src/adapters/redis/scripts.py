"""What has to happen in one step on the server, in Lua."""

from __future__ import annotations

from adapters.redis.connection import Script

TOO_MANY = -1
LOST = -2

# Answers the event's number, or one of the above. An entry has the fields event, by and, of a last event, last; its id
# is 0-<number>. `known` is a number that the caller knows to be there, and `by` a name that no other event has.
APPEND = Script("""
local run, channel = KEYS[1], ARGV[1]
local event, by, is_last = ARGV[2], ARGV[3], ARGV[4] == '1'
local known, most, milliseconds, again = tonumber(ARGV[5]), tonumber(ARGV[6]), ARGV[7], ARGV[8] == '1'

local function number_of(entry)
  return tonumber(string.sub(entry[1], 3))
end

if again then
  for _, entry in ipairs(redis.call('XRANGE', run, '0-' .. (known + 1), '+', 'COUNT', 1000)) do
    if entry[2][4] == by then return number_of(entry) end
  end
end
local tail = redis.call('XREVRANGE', run, '+', '-', 'COUNT', 1)[1]
local number = tail and number_of(tail) or 0
if tail and tail[2][5] then return number end
if number < known then
  if not is_last then return -2 end
  number = known
end
if number >= most and not is_last then return -1 end

number = number + 1
local entry = {'event', event, 'by', by}
if is_last then
  entry[5], entry[6] = 'last', '1'
end
redis.call('XADD', run, '0-' .. number, unpack(entry))
redis.call('PEXPIRE', run, milliseconds)
redis.call('PUBLISH', channel, number)
return number
""")
