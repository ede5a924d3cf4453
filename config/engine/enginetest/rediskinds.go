package enginetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
)

// RedisSentinel starts a redis-server with a Sentinel over it for this test and gives the redis-sentinel:// address.
func RedisSentinel(t testing.TB) string {
	t.Helper()
	master := RedisServer(t)
	s, err := newRedis(t.TempDir())
	if err != nil {
		t.Fatalf("enginetest: start sentinel: %v", err)
	}
	err = s.configure(fmt.Sprintf("bind 127.0.0.1\nport %s\ndir %s\nrequirepass %s\nsentinel monitor main 127.0.0.1 %s 1\nsentinel auth-pass main %s\n",
		s.port, s.Dir, s.password, master.port, master.password))
	if err == nil {
		err = s.run("", "--sentinel")
	}
	if err != nil {
		t.Fatalf("enginetest: start sentinel: %v", err)
	}
	t.Cleanup(s.Kill)
	return fmt.Sprintf("redis-sentinel://:%s@127.0.0.1:%s?master=main&sentinel_password=%s", master.password, s.port, s.password)
}

// RedisCluster starts a cluster of one node for this test and gives the redis-cluster:// address.
func RedisCluster(t testing.TB) string {
	t.Helper()
	s, err := newRedis(t.TempDir())
	if err != nil {
		t.Fatalf("enginetest: start cluster: %v", err)
	}
	bus, err := freePort()
	if err == nil {
		err = s.configure(fmt.Sprintf("bind 127.0.0.1\nport %s\nrequirepass %s\ndir %s\ncluster-enabled yes\ncluster-port %s\n", s.port, s.password, s.Dir, bus))
	}
	if err == nil {
		err = s.run("")
	}
	if err != nil {
		t.Fatalf("enginetest: start cluster: %v", err)
	}
	t.Cleanup(s.Kill)
	c := redis.NewClient(&redis.Options{Addr: "127.0.0.1:" + s.port, Password: s.password})
	defer closeClient(t, c)
	if err := c.ClusterAddSlotsRange(context.Background(), 0, 16383).Err(); err != nil {
		t.Fatalf("enginetest: give the cluster its slots: %v", err)
	}
	err = s.process.ready(func() error {
		info, err := c.ClusterInfo(context.Background()).Result()
		if err == nil && !strings.Contains(info, "cluster_state:ok") {
			err = errors.New("the cluster is not whole yet")
		}
		return err
	})
	if err != nil {
		t.Fatalf("enginetest: start cluster: %v", err)
	}
	return fmt.Sprintf("redis-cluster://:%s@127.0.0.1:%s", s.password, s.port)
}
