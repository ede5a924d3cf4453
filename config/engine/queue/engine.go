package queue

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"
)

// onRedis is the queue on a Redis that others run.
type onRedis struct {
	options *redis.UniversalOptions
	shared  redis.UniversalClient
}

// OpenRedis connects to a Redis and pings it. The forms of the address:
//
//	redis://[user:password@]host[:port][/db]    rediss:// is the same over TLS
//	redis-sentinel://[user:password@]h1:p1,h2:p2[/db]?master=NAME[&sentinel_password=]
//	redis-cluster://[user:password@]h1:p1,h2:p2    redis-clusters:// is the same over TLS
//
// An error never repeats the address, which holds a password.
func OpenRedis(ctx context.Context, address string) (Engine, error) {
	opt, err := parse(address)
	if err != nil {
		return nil, fmt.Errorf("queue: %w", err)
	}
	silence()
	e := &onRedis{options: opt, shared: redis.NewUniversalClient(opt)}
	if err := e.Ping(ctx); err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return e, nil
}

// MakeRedisClient implements asynq.RedisConnOpt: a new client, which asynq closes.
func (e *onRedis) MakeRedisClient() any { return redis.NewUniversalClient(e.options) }

// Redis implements Engine.
func (e *onRedis) Redis() redis.UniversalClient { return e.shared }

// Ping implements Engine.
func (e *onRedis) Ping(ctx context.Context) error { return ping(ctx, e.shared) }

// Name implements Engine.
func (e *onRedis) Name() string { return "redis" }

// Close closes the shared connection. Clients, inspectors and servers have connections of their own and are closed by whoever made them.
func (e *onRedis) Close() error { return e.shared.Close() }

func ping(ctx context.Context, c redis.UniversalClient) error {
	if err := c.Ping(ctx).Err(); err != nil {
		return fmt.Errorf("queue: ping: %w", err)
	}
	return nil
}

// parse reads an address. asynq's own ParseRedisURI is not used: it drops the user name, wants a port, gives a Sentinel's master no password, knows no
// Cluster, and repeats the address in its errors.
func parse(address string) (*redis.UniversalOptions, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("the address cannot be read: escape special characters of the password with %XX")
	}
	user := u.User.Username()
	password, _ := u.User.Password()
	hosts := strings.Split(u.Host, ",")
	for i, h := range hosts {
		if hosts[i], err = withPort(h, u.Scheme == "redis-sentinel"); err != nil {
			return nil, err
		}
	}
	db, err := database(u)
	if err != nil {
		return nil, err
	}
	o := &redis.UniversalOptions{
		Addrs: hosts, Username: user, Password: password, DB: db,
		// A command is tried again in any case; with five dials for each try a dead Redis would keep an upload waiting for seconds.
		DialerRetries: 1,
		// A caller's deadline then holds for a command that waits for an answer too.
		ContextTimeoutEnabled: true,
	}
	switch u.Scheme {
	case "redis", "rediss":
		o.Addrs = hosts[:1]
		o.TLSConfig = tlsFor(u, "rediss")
		return o, nil
	case "redis-sentinel":
		o.MasterName = u.Query().Get("master")
		o.SentinelPassword = u.Query().Get("sentinel_password")
		if o.MasterName == "" {
			return nil, errors.New("redis-sentinel:// needs ?master=NAME")
		}
		return o, nil
	case "redis-cluster", "redis-clusters":
		o.IsClusterMode = true
		o.TLSConfig = tlsFor(u, "redis-clusters")
		return o, nil
	}
	return nil, errors.New("the address must begin with redis://, rediss://, redis-sentinel://, redis-cluster:// or redis-clusters://")
}

func withPort(host string, sentinel bool) (string, error) {
	if host == "" {
		return "", errors.New("the address names no host")
	}
	if _, _, err := net.SplitHostPort(host); err == nil {
		return host, nil
	}
	port := "6379"
	if sentinel {
		port = "26379"
	}
	return net.JoinHostPort(strings.Trim(host, "[]"), port), nil
}

// database reads the number of the database, the path of an address. A Cluster has only one.
func database(u *url.URL) (int, error) {
	text := strings.Trim(u.Path, "/")
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || (n > 0 && strings.HasPrefix(u.Scheme, "redis-cluster")) {
		return 0, errors.New("the database in the address must be a number (and a cluster has only 0)")
	}
	return n, nil
}

func tlsFor(u *url.URL, scheme string) *tls.Config {
	if u.Scheme != scheme {
		return nil
	}
	// The server name is filled in by the dialler, host by host.
	return &tls.Config{MinVersion: tls.VersionTLS12}
}
