package enginetest_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"qianshao/config/engine/enginetest"
)

// childEnv makes a test of this binary play the process that starts servers and is killed.
const childEnv = "QIANSHAO_ENGINETEST_CHILD"

func TestNew(t *testing.T) {
	for i := range 4 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			e := enginetest.New(t)
			// Each has a queue of its own.
			if ok, err := e.Queue.Redis().SetNX(t.Context(), "mine", 1, 0).Result(); !ok || err != nil {
				t.Errorf("%v, %v", ok, err)
			}
		})
	}
}

func TestRedisNamespaces(t *testing.T) {
	for i := range 4 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			opt, err := redis.ParseURL(enginetest.Redis(t))
			if err != nil {
				t.Fatal(err)
			}
			c := redis.NewClient(opt)
			defer func() {
				if err := c.Close(); err != nil {
					t.Error(err)
				}
			}()
			if ok, err := c.SetNX(t.Context(), "mine", 1, 0).Result(); !ok || err != nil {
				t.Errorf("%v, %v", ok, err)
			}
		})
	}
}

// TestServersEnd: servers and their folders do not outlive a test process that is killed.
func TestServersEnd(t *testing.T) {
	if os.Getenv(childEnv) != "" {
		fmt.Fprintln(os.Stdout, "address", enginetest.Redis(t))
		fmt.Fprintln(os.Stdout, "address", enginetest.MinIO(t))
		<-t.Context().Done() // the parent kills this process long before
	}
	t.Parallel()
	temp := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestServersEnd$")
	cmd.Env = append(os.Environ(), childEnv+"=1", "TMPDIR="+temp)
	cmd.Env = append(cmd.Env, "QIANSHAO_TEST_REDIS=", "QIANSHAO_TEST_S3=")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var hosts []string
	for lines := bufio.NewScanner(out); len(hosts) < 2 && lines.Scan(); {
		var address string
		if n, _ := fmt.Sscanf(lines.Text(), "address %s", &address); n == 1 {
			u, err := url.Parse(address)
			if err != nil {
				t.Fatal(err)
			}
			hosts = append(hosts, u.Host)
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Error(err)
	}
	if err := cmd.Wait(); err == nil || len(hosts) != 2 {
		t.Fatalf("the child started %d servers and ended with %v", len(hosts), err)
	}
	for deadline := time.Now().Add(20 * time.Second); ; <-time.After(20 * time.Millisecond) {
		left, err := filepath.Glob(filepath.Join(temp, "qianshao-*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range hosts {
			if c, err := net.DialTimeout("tcp", h, time.Second); err == nil {
				left = append(left, h)
				_ = c.Close() // it was only to see that somebody answers
			}
		}
		if len(left) == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("still there: %v", left)
		}
	}
}
