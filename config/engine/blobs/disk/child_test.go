package disk_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"testing"

	"qianshao/config/engine/blobs/blobstest"
	"qianshao/config/engine/blobs/disk"
)

// childEnv makes the test binary play a process that puts into the folder it names, instead of testing.
const childEnv = "QIANSHAO_DISK_TEST_CHILD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childEnv); dir != "" {
		os.Exit(child(dir, os.Args[len(os.Args)-1]))
	}
	os.Exit(m.Run())
}

// value is what the child puts under a number: its size varies, and a file cut anywhere differs from it.
func value(n int) []byte { return blobstest.Noise(uint64(n), 1000+n*7919%300_000) }

// child puts without end from four goroutines and prints each key when the store has acknowledged it.
func child(dir, round string) int {
	s, err := disk.Open(dir)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	var out sync.Mutex
	for w := range 4 {
		go func() {
			for n := w; ; n += 4 {
				key := fmt.Sprintf("r%s/f%d/%d", round, n%5, n)
				if _, err := s.Put(context.Background(), key, bytes.NewReader(value(n))); err != nil {
					fmt.Fprintln(os.Stderr, err)
					os.Exit(1)
				}
				out.Lock()
				fmt.Fprintln(os.Stdout, key)
				out.Unlock()
			}
		}()
	}
	select {}
}

// TestKill kills a writing process 24 times with kill -9, at another moment each time. What it had acknowledged is there and whole; nothing is there in part.
func TestKill(t *testing.T) {
	dir := t.TempDir()
	acknowledged := make(map[string]bool)
	for round := range 24 {
		for _, key := range killAfter(t, dir, round, 1+round*5%61) {
			acknowledged[key] = true
		}
	}
	s := open(t, dir)
	found := make(map[string]bool)
	for _, key := range blobstest.Keys(t, s, "") {
		var n int
		if _, err := fmt.Sscanf(key[strings.LastIndex(key, "/")+1:], "%d", &n); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(blobstest.Read(t, s, key), value(n)) {
			t.Errorf("%s is not whole", key)
		}
		found[key] = true
	}
	for key := range acknowledged {
		if !found[key] {
			t.Errorf("%s was acknowledged and is lost", key)
		}
	}
	if got := incoming(t, dir); len(got) != 0 {
		t.Errorf("left behind: %v", got)
	}
	t.Logf("24 kills, %d objects acknowledged, %d found", len(acknowledged), len(found))
}

// killAfter starts a child, kills it when it has acknowledged some objects, and gives all that it acknowledged.
func killAfter(t *testing.T, dir string, round, acks int) []string {
	t.Helper()
	cmd := exec.Command(os.Args[0], fmt.Sprint(round))
	cmd.Env = append(os.Environ(), childEnv+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var keys []string
	for lines := bufio.NewScanner(out); lines.Scan(); {
		keys = append(keys, lines.Text())
		if len(keys) == acks {
			if err := cmd.Process.Kill(); err != nil {
				t.Error(err)
			}
		}
	}
	if err := cmd.Wait(); err == nil || len(keys) < acks {
		t.Fatalf("the child ended by itself after %d objects: %v", len(keys), err)
	}
	return keys
}

// TestFileSizeLimit forbids this process files of more than 2 MB, which looks to a writer like a full disk, in a child of its own.
func TestFileSizeLimit(t *testing.T) {
	const env = "QIANSHAO_DISK_TEST_LIMIT"
	if os.Getenv(env) == "" {
		cmd := exec.Command(os.Args[0], "-test.run=^TestFileSizeLimit$", "-test.v")
		cmd.Env = append(os.Environ(), env+"=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	signal.Ignore(syscall.SIGXFSZ)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 2 << 20, Max: 2 << 20}); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	s := open(t, dir)
	if _, err := s.Put(t.Context(), "kept", strings.NewReader("kept")); err != nil {
		t.Fatal(err)
	}
	checkNoSpace(t, s, dir)
}
