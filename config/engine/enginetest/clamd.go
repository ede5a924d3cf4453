package enginetest

import (
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// Virus is what the tests' clamd takes for one. It knows no other: its signatures are the test's own, so that nothing has to be fetched.
const Virus = "QIANSHAO-HARMLESS-TEST-VIRUS"

// ClamdLimit is the largest file in bytes that the tests' clamd takes.
const ClamdLimit = 1 << 20

// ClamdServer is a real clamd of one test, which may kill it and start it again.
type ClamdServer struct {
	Address string // host:port
	Socket  string // path of its socket

	t       testing.TB
	dir     string
	process *process
}

// Clamd starts Debian's clamd for this test alone, and ends it after the test.
func Clamd(t testing.TB) *ClamdServer {
	t.Helper()
	if _, err := exec.LookPath("clamd"); err != nil {
		t.Fatalf("enginetest: %v: install it with: make servers", err)
	}
	dir, err := os.MkdirTemp("", "qs-clamd-") // a test's own folder may be too long a name for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	port, err := freePort()
	if err != nil {
		t.Fatalf("enginetest: %v", err)
	}
	s := &ClamdServer{Address: "127.0.0.1:" + port, Socket: filepath.Join(dir, "socket"), t: t, dir: dir}
	err = errors.Join(
		os.WriteFile(filepath.Join(dir, "test.ndb"), []byte("Qianshao.Test:0:*:"+hex.EncodeToString([]byte(Virus))+"\n"), 0o600),
		os.WriteFile(filepath.Join(dir, "clamd.conf"), fmt.Appendf(nil, "Foreground yes\nDatabaseDirectory %s\nLocalSocket %s\nTCPSocket %s\nTCPAddr 127.0.0.1\nStreamMaxLength %d\n",
			dir, s.Socket, port, ClamdLimit), 0o600))
	if err != nil {
		t.Fatalf("enginetest: configure clamd: %v", err)
	}
	s.Start()
	t.Cleanup(s.Kill)
	return s
}

// Kill ends the server as kill -9 does and returns when it is gone.
func (s *ClamdServer) Kill() { s.process.kill() }

// Start starts a killed server again, at its address.
func (s *ClamdServer) Start() {
	s.t.Helper()
	_ = os.Remove(s.Socket) // what a killed one left
	p, err := start(s.dir, "", nil, "clamd", "--config-file="+filepath.Join(s.dir, "clamd.conf"))
	if err == nil {
		s.process = p
		err = p.ready(func() error {
			c, err := net.DialTimeout("tcp", s.Address, time.Second)
			if err != nil {
				return err
			}
			return c.Close()
		})
	}
	if err != nil {
		s.t.Fatalf("enginetest: start clamd: %v", err)
	}
}
