package enginetest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// redisDatabases is how many tests of one process can have a database of their own.
const redisDatabases = 4096

// The server that the tests of this process share; tests have no other place for it.
var (
	sharedRedis   = sync.OnceValues(startSharedRedis)
	redisDatabase atomic.Int64
)

// Redis gives the address of an empty database on a real Redis for this test alone: on the server of QIANSHAO_TEST_REDIS (whose databases 1 to 15 are used),
// else on Debian's redis-server, which is started once for a test process. Do not FLUSHALL it; RedisServer is for that.
func Redis(t testing.TB) string {
	t.Helper()
	if address := os.Getenv("QIANSHAO_TEST_REDIS"); address != "" {
		return borrowDatabase(t, address)
	}
	s, err := sharedRedis()
	if err != nil {
		t.Fatalf("enginetest: start redis-server: %v", err)
	}
	n := redisDatabase.Add(1)
	if n >= redisDatabases {
		t.Fatalf("enginetest: more than %d tests want a Redis database", redisDatabases)
	}
	return s.database(n)
}

// borrowDatabase takes one of the databases of a server that other test processes use too; database 0 keeps the list of what is taken.
func borrowDatabase(t testing.TB, address string) string {
	t.Helper()
	opt, err := redis.ParseURL(address)
	if err != nil {
		t.Fatal("enginetest: QIANSHAO_TEST_REDIS must be a redis:// or rediss:// address")
	}
	opt.DB = 0
	list := redis.NewClient(opt)
	t.Cleanup(func() { closeClient(t, list) })
	poll := time.NewTicker(100 * time.Millisecond)
	defer poll.Stop()
	for deadline := time.Now().Add(5 * time.Minute); time.Now().Before(deadline); <-poll.C {
		for n := 1; n <= 15; n++ {
			key := fmt.Sprintf("qianshao:test:database:%d", n)
			got, err := list.SetNX(context.Background(), key, "taken", 15*time.Minute).Result()
			if err != nil {
				t.Fatalf("enginetest: QIANSHAO_TEST_REDIS: %v", err)
			}
			if !got {
				continue
			}
			own := *opt
			own.DB = n
			c := redis.NewClient(&own)
			clear := func() {
				if err := c.FlushDB(context.Background()).Err(); err != nil {
					t.Errorf("enginetest: empty the Redis database: %v", err)
				}
			}
			clear()
			t.Cleanup(func() {
				clear()
				closeClient(t, c)
				list.Del(context.Background(), key) // else it expires
			})
			u, err := url.Parse(address)
			if err != nil {
				t.Fatal("enginetest: QIANSHAO_TEST_REDIS cannot be read")
			}
			u.Path = fmt.Sprintf("/%d", n)
			return u.String()
		}
	}
	t.Fatal("enginetest: no free database on QIANSHAO_TEST_REDIS")
	return ""
}

func closeClient(t testing.TB, c *redis.Client) {
	if err := c.Close(); err != nil {
		t.Errorf("enginetest: close Redis: %v", err)
	}
}

// Server is a real redis-server of one test, which may kill it, start it again and empty it.
type Server struct {
	URL string

	t        testing.TB
	Dir      string // where it keeps its files
	port     string
	password string
	process  *process
}

// RedisServer starts Debian's redis-server for this test alone, with a password and an append-only file, and ends it after the test.
func RedisServer(t testing.TB) *Server {
	t.Helper()
	s, err := newRedis(t.TempDir())
	if err == nil {
		s.t = t
		err = s.run("")
	}
	if err != nil {
		t.Fatalf("enginetest: start redis-server: %v", err)
	}
	t.Cleanup(func() { s.process.kill() })
	return s
}

// Kill ends the server as kill -9 does and returns when it is gone.
func (s *Server) Kill() { s.process.kill() }

// Start starts a killed server again, on its port and with its data.
func (s *Server) Start() {
	s.t.Helper()
	if err := s.run(""); err != nil {
		s.t.Fatalf("enginetest: start redis-server again: %v", err)
	}
}

func startSharedRedis() (*Server, error) {
	dir, err := os.MkdirTemp("", "qianshao-redis-")
	if err != nil {
		return nil, err
	}
	s, err := newRedis(dir)
	if err != nil {
		return nil, err
	}
	return s, s.run(dir)
}

func newRedis(dir string) (*Server, error) {
	if _, err := exec.LookPath("redis-server"); err != nil {
		return nil, fmt.Errorf("%w: install it with: make servers", err)
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	s := &Server{Dir: dir, port: port, password: rand.Text()}
	s.URL = s.database(0)
	return s, s.configure(fmt.Sprintf("bind 127.0.0.1\nport %s\nrequirepass %s\ndir %s\nsave \"\"\nappendonly yes\nappendfsync everysec\ndatabases %d\n",
		port, s.password, dir, redisDatabases))
}

func (s *Server) configure(lines string) error {
	return os.WriteFile(filepath.Join(s.Dir, "redis.conf"), []byte(lines), 0o600)
}

func (s *Server) database(n int64) string {
	return fmt.Sprintf("redis://:%s@127.0.0.1:%s/%d", s.password, s.port, n)
}

func (s *Server) run(remove string, flags ...string) (err error) {
	p, err := start(s.Dir, remove, nil, append([]string{"redis-server", filepath.Join(s.Dir, "redis.conf")}, flags...)...)
	if err != nil {
		return err
	}
	s.process = p
	c := redis.NewClient(&redis.Options{Addr: "127.0.0.1:" + s.port, Password: s.password, MaxRetries: -1})
	defer func() { err = errors.Join(err, c.Close()) }()
	return p.ready(func() error { return c.Ping(context.Background()).Err() })
}
