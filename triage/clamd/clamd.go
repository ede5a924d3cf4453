// Package clamd asks a ClamAV daemon whether a file has a virus.
// It owns the few words of clamd's protocol that are needed for that (INSTREAM), and knows nothing of tips. Whatever goes wrong is an error, never "no virus".
package clamd

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// How long the daemon may take.
const (
	dialTime  = 5 * time.Second
	quietTime = 2 * time.Minute // between two pieces, and until the answer: it looks into archives
)

const (
	piece     = 64 << 10
	mostReply = 4 << 10
)

// Client is one daemon, asked over a connection of its own for each file. Safe for concurrent use.
type Client struct{ network, address string }

// New makes a client of host:port or the path of a socket.
func New(address string) *Client {
	if strings.HasPrefix(address, "/") {
		return &Client{"unix", address}
	}
	return &Client{"tcp", address}
}

// Ping asks whether the daemon answers.
func (c *Client) Ping(ctx context.Context) error {
	reply, err := c.ask(ctx, "PING", nil)
	if err == nil && reply != "PONG" {
		err = errors.New("clamd: not the answer of a clamd")
	}
	return err
}

// Scan sends a file and reads the verdict. A file that is larger than the daemon's StreamMaxLength is an error.
func (c *Client) Scan(ctx context.Context, r io.Reader) (infected bool, err error) {
	reply, err := c.ask(ctx, "INSTREAM", r)
	switch {
	case err != nil:
		return false, err
	case reply == "stream: OK":
		return false, nil
	case strings.HasPrefix(reply, "stream: ") && strings.HasSuffix(reply, " FOUND"):
		return true, nil
	case strings.Contains(reply, "size limit exceeded"):
		return false, errors.New("clamd: the file is larger than its StreamMaxLength")
	}
	return false, errors.New("clamd: the file could not be scanned")
}

// ask sends a command, and a file if there is one, and reads the answer.
func (c *Client) ask(ctx context.Context, command string, file io.Reader) (string, error) {
	d := net.Dialer{Timeout: dialTime}
	conn, err := d.DialContext(ctx, c.network, c.address)
	if err != nil {
		return "", fmt.Errorf("clamd: connect: %w", err)
	}
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })() // ends whatever waits
	defer func() { _ = conn.Close() }()                         // everything was read that counts
	s := &patient{conn: conn}
	if _, err := s.Write([]byte("z" + command + "\x00")); err != nil {
		return "", fmt.Errorf("clamd: ask: %w", err)
	}
	var refused error
	if file != nil {
		var readErr error
		if refused, readErr = stream(s, file); readErr != nil {
			return "", fmt.Errorf("clamd: read the file: %w", readErr)
		}
	}
	reply, err := io.ReadAll(io.LimitReader(s, mostReply)) // it says why it refused, and closes
	text, _, whole := bytes.Cut(reply, []byte{0})
	if whole {
		return string(bytes.TrimSpace(text)), nil
	}
	if err = errors.Join(refused, err, ctx.Err()); err == nil {
		err = io.ErrUnexpectedEOF
	}
	return "", fmt.Errorf("clamd: read the answer: %w", err)
}

// stream sends a file in pieces, each behind its length, and a length of zero. refused is an error of the connection, failed one of the file.
func stream(w io.Writer, file io.Reader) (refused, failed error) {
	buf := make([]byte, 4+piece)
	for {
		n, err := io.ReadFull(file, buf[4:])
		last := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !last {
			return nil, err
		}
		binary.BigEndian.PutUint32(buf, uint32(n))
		out := buf[:4+n]
		if last && n > 0 {
			out = append(out, 0, 0, 0, 0)
		}
		if _, err := w.Write(out); err != nil {
			return err, nil
		}
		if last {
			return nil, nil
		}
	}
}

// patient waits for each step anew, not for the whole.
type patient struct{ conn net.Conn }

// Read implements io.Reader.
func (p *patient) Read(b []byte) (int, error) {
	if err := p.conn.SetReadDeadline(time.Now().Add(quietTime)); err != nil {
		return 0, err
	}
	return p.conn.Read(b)
}

// Write implements io.Writer.
func (p *patient) Write(b []byte) (int, error) {
	if err := p.conn.SetWriteDeadline(time.Now().Add(quietTime)); err != nil {
		return 0, err
	}
	return p.conn.Write(b)
}
