package sqlite

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"qianshao/config/engine/docs"
)

// childEnv makes this test binary a writer to the file that it names.
const childEnv = "QIANSHAO_TEST_SQLITE_CHILD"

func TestMain(m *testing.M) {
	if path := os.Getenv(childEnv); path != "" {
		fmt.Fprintln(os.Stderr, writeForEver(path, os.Getenv(childEnv+"_NAME")))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// sealedDoc proves by its sum that it is whole.
type sealedDoc struct {
	ID    string   `bson:"_id"`
	Body  []byte   `bson:"body"`
	Sum   []byte   `bson:"sum"`
	Terms []string `bson:"terms"`
	N     int64    `bson:"n"`
}

func newSealed(id string) *sealedDoc {
	body := bytes.Repeat([]byte(id), 200)
	sum := sha256.Sum256(body)
	return &sealedDoc{ID: id, Body: body, Sum: sum[:], Terms: []string{"all", "id:" + id}}
}

func openSealed(ctx context.Context, s docs.Store) (*docs.Collection[sealedDoc], error) {
	return docs.Open[sealedDoc](ctx, s, "sealed", docs.Index{Fields: []string{"terms", "n"}, Multi: true}, docs.Index{Fields: []string{"n"}})
}

// writeForEver inserts with four goroutines, names each document on stdout after it is durable, and counts each one in a document that all share.
func writeForEver(path, name string) error {
	ctx := context.Background()
	s, err := Open(path)
	if err != nil {
		return err
	}
	c, err := openSealed(ctx, s)
	if err != nil {
		return err
	}
	failed := make(chan error)
	var out sync.Mutex
	for g := range 4 {
		go func() {
			for i := 0; ; i++ {
				id := fmt.Sprintf("%s-%d-%d", name, g, i)
				if err := c.Insert(ctx, newSealed(id)); err != nil {
					failed <- err
					return
				}
				if _, err := c.Change(ctx, "counter", func(d *sealedDoc) error { d.N++; return nil }); err != nil {
					failed <- err
					return
				}
				out.Lock()
				_, err := fmt.Fprintln(os.Stdout, id)
				out.Unlock()
				if err != nil {
					failed <- err
					return
				}
			}
		}()
	}
	return <-failed
}

// startChild runs this binary as a writer.
func startChild(t *testing.T, path, name string) (*exec.Cmd, *bufio.Reader) {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary)
	cmd.Env = append(os.Environ(), childEnv+"="+path, childEnv+"_NAME="+name)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, bufio.NewReader(out)
}

// killAfter reads n acknowledgements, kills the child with SIGKILL, and gives all that it acknowledged until then.
func killAfter(t *testing.T, cmd *exec.Cmd, out *bufio.Reader, n int) []string {
	t.Helper()
	var acked []string
	for {
		line, err := out.ReadString('\n')
		if id, whole := strings.CutSuffix(line, "\n"); whole {
			acked = append(acked, id)
		}
		if len(acked) == n {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := cmd.Wait(); err == nil {
		t.Fatal("the child ended by itself")
	}
	if len(acked) < n {
		t.Fatalf("the child ended after %d acknowledgements", len(acked))
	}
	return acked
}

func newCounter(t *testing.T, path string) {
	t.Helper()
	s := mustOpen(t, path)
	c, err := openSealed(t.Context(), s)
	if err == nil {
		err = c.Insert(t.Context(), &sealedDoc{ID: "counter"})
	}
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
}

// checkSealed finds every acknowledged document, whole and in its index, and none that is in one of the two only.
func checkSealed(t *testing.T, path string, acked map[string]bool) {
	t.Helper()
	s := mustOpen(t, path)
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	c, err := openSealed(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	var ok string
	if err := s.reads.QueryRowContext(t.Context(), `PRAGMA integrity_check`).Scan(&ok); err != nil || ok != "ok" {
		t.Fatalf("integrity: %s, %v", ok, err)
	}
	found, missing := 0, len(acked)
	for d, err := range c.Each(t.Context(), docs.Query{Where: []docs.Eq{{Field: "terms", Value: "all"}}, Order: "n", Limit: 1000}) {
		if err != nil {
			t.Fatal(err)
		}
		if sum := sha256.Sum256(d.Body); !bytes.Equal(sum[:], d.Sum) {
			t.Fatalf("%s is damaged", d.ID)
		}
		found++
		if acked[d.ID] {
			missing--
		}
	}
	if missing != 0 {
		t.Fatalf("%d of %d acknowledged documents are missing", missing, len(acked))
	}
	all, err := c.Count(t.Context(), docs.Query{})
	if err != nil || all != int64(found)+1 {
		t.Fatalf("%d documents, %d in the index, %v", all, found, err)
	}
	counter, err := c.Get(t.Context(), "counter")
	if err != nil {
		t.Fatal(err)
	}
	// Each acknowledgement was counted before; what was counted but not acknowledged has its document all the same.
	if counter.N < int64(len(acked)) || counter.N > int64(found) {
		t.Fatalf("counted %d, acknowledged %d, stored %d", counter.N, len(acked), found)
	}
}

func TestKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "docs.db")
	newCounter(t, path)
	acked := map[string]bool{}
	const rounds = 25
	for round := range rounds {
		cmd, out := startChild(t, path, fmt.Sprint("r", round))
		for _, id := range killAfter(t, cmd, out, 1+round*7) {
			acked[id] = true
		}
		checkSealed(t, path, acked)
	}
	t.Logf("%d kills, %d acknowledged documents, none missing", rounds, len(acked))
}

func TestTwoProcesses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "docs.db")
	newCounter(t, path)
	acked := map[string]bool{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range 2 {
		cmd, out := startChild(t, path, fmt.Sprint("w", i))
		wg.Go(func() {
			ids := killAfter(t, cmd, out, 200)
			mu.Lock()
			defer mu.Unlock()
			for _, id := range ids {
				acked[id] = true
			}
		})
	}
	wg.Wait()
	checkSealed(t, path, acked)
}
