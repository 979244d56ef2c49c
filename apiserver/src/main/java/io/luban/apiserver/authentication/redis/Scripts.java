package io.luban.apiserver.authentication.redis;

/**
 * What changes logins in Redis, each in one step that all replicas hear of. A login is a hash with a field for each of its
 * tokens; it ends by itself with the last of them. Ids of a user's logins are in a set ordered by the ends.
 */
final class Scripts {
    /**
     * Keys: the login, the user's set. Arguments: {@code begin} or {@code save}, id, channel, now, user, client, start, and
     * for each token {@code new} or {@code known}, its digest and its end. Answers the login's fields, or nothing when
     * the login or a known token of it is there no more. Ends only ever come closer.
     */
    static final String SAVE = """
            local login, user, now = KEYS[1], KEYS[2], tonumber(ARGV[4])
            if ARGV[1] == 'save' then
              if redis.call('EXISTS', login) == 0 then return false end
              for i = 8, #ARGV, 3 do
                if ARGV[i] == 'known' then
                  local stored = redis.call('HGET', login, 'token:' .. ARGV[i + 1])
                  if not stored or tonumber(stored) <= now then return false end
                end
              end
            end
            redis.call('HSET', login, 'user', ARGV[5], 'client', ARGV[6], 'startedAt', ARGV[7])
            for i = 8, #ARGV, 3 do
              local field = 'token:' .. ARGV[i + 1]
              local stored = redis.call('HGET', login, field)
              if not stored or tonumber(stored) > tonumber(ARGV[i + 2]) then
                redis.call('HSET', login, field, ARGV[i + 2])
              end
            end
            local last = 0
            local fields = redis.call('HGETALL', login)
            for i = 1, #fields, 2 do
              if string.sub(fields[i], 1, 6) == 'token:' then
                local stop = tonumber(fields[i + 1])
                if stop <= now then
                  redis.call('HDEL', login, fields[i])
                elseif stop > last then
                  last = stop
                end
              end
            end
            redis.call('EXPIREAT', login, last)
            redis.call('ZADD', user, last, ARGV[2])
            redis.call('ZREMRANGEBYSCORE', user, '-inf', now)
            if redis.call('TTL', user) < redis.call('TTL', login) then
              redis.call('EXPIREAT', user, last)
            end
            redis.call('PUBLISH', ARGV[3], ARGV[2])
            return redis.call('HGETALL', login)
            """;

    /** Keys: the login. Arguments: its id, channel, and what stands before and after the user in the name of the set. */
    static final String END = """
            local user = redis.call('HGET', KEYS[1], 'user')
            redis.call('DEL', KEYS[1])
            if user then redis.call('ZREM', ARGV[3] .. user .. ARGV[4], ARGV[1]) end
            redis.call('PUBLISH', ARGV[2], ARGV[1])
            return 1
            """;

    /**
     * Keys: the user's set. Arguments: channel, what stands before the id in the name of a login, ids that are known besides
     * those in the set. Answers the ids of all logins that were ended.
     */
    static final String END_ALL = """
            local ids = redis.call('ZRANGE', KEYS[1], 0, -1)
            for i = 3, #ARGV do ids[#ids + 1] = ARGV[i] end
            for _, id in ipairs(ids) do
              redis.call('DEL', ARGV[2] .. id)
              redis.call('PUBLISH', ARGV[1], id)
            end
            redis.call('DEL', KEYS[1])
            return ids
            """;

    private Scripts() {}
}
