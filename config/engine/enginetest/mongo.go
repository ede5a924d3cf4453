package enginetest

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// Mongo gives the address of a fresh database, which is dropped when the test ends. It is on the server that QIANSHAO_TEST_MONGO names, else on
// FerretDB as a stand-in, one process for all tests of this one. standIn says which, for it cannot do all that MongoDB can.
func Mongo(t testing.TB) (uri string, standIn bool) {
	t.Helper()
	server := os.Getenv("QIANSHAO_TEST_MONGO")
	if server == "" {
		f, err := ferret()
		if err != nil {
			t.Fatal(err)
		}
		server, standIn = f.address, true
		t.Log("this runs on the stand-in FerretDB 1.24.2 and proves nothing about a real MongoDB")
	}
	name := fmt.Sprintf("qs_test_%d_%d_%d", os.Getpid(), time.Now().UnixNano(), databases.Add(1))
	t.Cleanup(func() { drop(t, server, name) })
	return withDatabase(server, name), standIn
}

// databases numbers the databases of this process.
var databases atomic.Int64

// ferretDB is a running stand-in.
type ferretDB struct {
	address string
	// stdin is held open for as long as this process lives; its end is the server's end.
	stdin io.WriteCloser
}

// ferret starts the stand-in once. It ends with this process and removes its folder then.
var ferret = sync.OnceValues(func() (*ferretDB, error) {
	cache := os.Getenv("QIANSHAO_CACHE")
	if cache == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return nil, err
		}
		cache = filepath.Join(home, ".cache", "qianshao")
	}
	binary := filepath.Join(cache, "bin", "ferretdb")
	if _, err := os.Stat(binary); err != nil {
		return nil, fmt.Errorf("the test server %s is missing: build it with `make servers`, or set QIANSHAO_TEST_MONGO to the address of a MongoDB", binary)
	}
	dir, err := os.MkdirTemp("", "qianshao-ferretdb-")
	if err != nil {
		return nil, err
	}
	// #nosec G204 -- the program that we built.
	cmd := exec.Command(binary, "-dir", dir, "-remove")
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the stand-in for MongoDB: %w", err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("the stand-in for MongoDB gave no address: %w", err)
	}
	return &ferretDB{address: strings.TrimSpace(line), stdin: stdin}, nil
})

// withDatabase puts the name into an address in place of the one it has.
func withDatabase(server, name string) string {
	scheme, rest, _ := strings.Cut(server, "://")
	rest, query, hasQuery := strings.Cut(rest, "?")
	hosts, old, _ := strings.Cut(rest, "/")
	uri := scheme + "://" + hosts + "/" + name
	if hasQuery {
		uri += "?" + query
	}
	// Users are looked up in the database of the address, if nothing else is said.
	if old != "" && strings.Contains(hosts, "@") && !strings.Contains(query, "authSource") {
		sep := "?"
		if hasQuery {
			sep = "&"
		}
		uri += sep + "authSource=" + url.QueryEscape(old)
	}
	return uri
}

func drop(t testing.TB, server, name string) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	client, err := driver.Connect(options.Client().ApplyURI(server))
	if err != nil {
		t.Errorf("drop %s: %v", name, err)
		return
	}
	if err := client.Database(name).Drop(ctx); err != nil {
		t.Errorf("drop %s: %v", name, err)
	}
	if err := client.Disconnect(ctx); err != nil {
		t.Errorf("drop %s: %v", name, err)
	}
}
