package enginetest

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// watch runs a server until its own standard input ends, which it does when the test process closes it or ends in whatever way, and then kills it and
// removes what it may. So no server and no folder outlives a test process that panics or is killed.
const watch = `remove=$1; shift; "$@" & pid=$!; cat >/dev/null; kill -9 $pid; wait $pid; if [ -n "$remove" ]; then rm -rf "$remove"; fi`

// process is a running server.
type process struct {
	cmd   *exec.Cmd
	stdin interface{ Close() error }
	log   string // the file with what the server printed
	done  chan struct{}
}

// start runs a server with its output in dir/log. When it ends, the folder remove is removed; empty for none.
func start(dir, remove string, env []string, argv ...string) (*process, error) {
	out, err := os.OpenFile(filepath.Join(dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer out.Close()
	cmd := exec.Command("/bin/sh", append([]string{"-c", watch, "watch", remove}, argv...)...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = out, out
	// A Ctrl-C at the terminal goes to the test process alone; its end then reaches the server in order.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{cmd: cmd, stdin: stdin, log: out.Name(), done: make(chan struct{})}
	go func() {
		defer close(p.done)
		_ = cmd.Wait() // it ends by kill -9, always with an error
	}()
	return p, nil
}

// kill ends the server as kill -9 does and waits for it.
func (p *process) kill() {
	_ = p.stdin.Close() // closed before is as good
	<-p.done
}

// ready waits until probe succeeds, for as long as a slow machine may need.
func (p *process) ready(probe func() error) error {
	var err error
	poll := time.NewTicker(20 * time.Millisecond)
	defer poll.Stop()
	for deadline := time.Now().Add(60 * time.Second); time.Now().Before(deadline); <-poll.C {
		if err = probe(); err == nil {
			return nil
		}
	}
	p.kill()
	text, _ := os.ReadFile(p.log) // without it the error of the probe has to do
	return fmt.Errorf("server does not answer: %w\n%s", err, text)
}

// freePort gives a loopback port that nobody listens on right now.
func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	port := strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
	return port, l.Close()
}
