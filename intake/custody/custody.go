// Package custody keeps the append-only, hash-chained record of who saw or changed what.
// It owns the collection custody and knows nothing of what the subjects are: it holds ids and verbs, never words.
//
// What the chain proves. Every entry carries a MAC, under a key derived from the platform key, over itself and the MAC of the entry before. Whoever can write
// to the database but does not hold the key cannot change, insert, reorder or take out an entry unseen. A tail that is cut off leaves a chain that is in
// order; the head record, which says how far the chain has come, gives it away, unless the head too is put back to an older copy of itself or the whole
// subject, head and all, is removed. Against that only copies outside the database help. Whoever holds the platform key can write what they like.
package custody

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"qianshao/config/engine/docs"
	"qianshao/intake/vault"
)

// ErrBroken says that the record of a subject is not as it was written.
var ErrBroken = errors.New("custody: chain broken")

// Entry is one line of the record.
type Entry struct {
	Subject string // "tip/ID" or "case/ID"
	N       int64  // 1, 2, 3 ... for each subject
	At      time.Time
	Actor   string // staff id, "worker", "tipster"
	Action  string // a verb such as "view", "evidence", "sign", "reply"
	Detail  string // ids only
}

// line is a stored entry, or, with a subject of its own, the head record of a subject: then N and MAC are those of the last entry that it knows.
type line struct {
	ID      string    `bson:"_id"`
	Subject string    `bson:"subject"`
	N       int64     `bson:"n"`
	At      time.Time `bson:"at"`
	Actor   string    `bson:"actor"`
	Action  string    `bson:"action"`
	Detail  string    `bson:"detail"`
	Prev    []byte    `bson:"prev"` // MAC of the entry before; empty for the first
	MAC     []byte    `bson:"mac"`
	HeadMAC []byte    `bson:"head_mac,omitempty"` // of a head record: over its subject, N and MAC
}

// Log is the record. Safe for concurrent use, also by several processes.
type Log struct {
	lines *docs.Collection[line]
	vault *vault.Vault
	now   func() time.Time
}

// Open opens the collection; it fails when an index cannot be made.
func Open(ctx context.Context, s docs.Store, v *vault.Vault, now func() time.Time) (*Log, error) {
	c, err := docs.Open[line](ctx, s, "custody", docs.Index{Fields: []string{"subject", "n"}, Unique: true})
	if err != nil {
		return nil, fmt.Errorf("custody: %w", err)
	}
	return &Log{lines: c, vault: v, now: now}, nil
}

// noteTries bounds how often Note starts over when others write to the same subject at the same moment; each round lets at least one of them through.
const noteTries = 200

// Note appends; it must succeed before what it records is shown or done.
func (l *Log) Note(ctx context.Context, subject, actor, action, detail string) error {
	for range noteTries {
		last, err := l.last(ctx, subject)
		if err != nil {
			return fmt.Errorf("custody: note %s on %s: %w", action, subject, err)
		}
		if last.N == 0 {
			if err := l.begin(ctx, subject); err != nil {
				return fmt.Errorf("custody: begin %s: %w", subject, err)
			}
		}
		e := line{
			ID: entryID(subject, last.N+1), Subject: subject, N: last.N + 1, At: l.now().UTC().Truncate(time.Millisecond),
			Actor: actor, Action: action, Detail: detail, Prev: last.MAC,
		}
		e.MAC = l.mac(&e)
		err = l.lines.Insert(ctx, &e)
		if errors.Is(err, docs.ErrExists) {
			continue // somebody else has just written this number
		}
		if err == nil {
			err = l.advance(ctx, &e)
		}
		if err != nil {
			return fmt.Errorf("custody: note %s on %s: %w", action, subject, err)
		}
		return nil
	}
	return fmt.Errorf("custody: note %s on %s: %w", action, subject, docs.ErrBusy)
}

// last gives the newest entry of a subject; a zero line when there is none.
func (l *Log) last(ctx context.Context, subject string) (line, error) {
	p, err := l.lines.Find(ctx, docs.Query{Where: []docs.Eq{{Field: "subject", Value: subject}}, Order: "n", Desc: true, Limit: 1})
	if err != nil || len(p.Items) == 0 {
		return line{}, err
	}
	return p.Items[0], nil
}

// begin makes the head record before there is any entry, so that entries without a head are always a broken chain.
func (l *Log) begin(ctx context.Context, subject string) error {
	h := line{ID: headID(subject), Subject: headID(subject)}
	h.HeadMAC = l.headMAC(&h)
	err := l.lines.Insert(ctx, &h)
	if errors.Is(err, docs.ErrExists) {
		return nil
	}
	return err
}

// advance moves the head on to e, never back. It may lag behind after a crash; Read allows for that and the next Note mends it.
func (l *Log) advance(ctx context.Context, e *line) error {
	ahead := errors.New("ahead")
	_, err := l.lines.Change(ctx, headID(e.Subject), func(h *line) error {
		if h.N >= e.N {
			return ahead
		}
		h.N, h.MAC = e.N, e.MAC
		h.HeadMAC = l.headMAC(h)
		return nil
	})
	if errors.Is(err, ahead) {
		return nil
	}
	return err
}

// Read gives the record of a subject, oldest first, after checking the whole chain; ErrBroken when an entry is missing, changed or out of order, or the end is cut off.
func (l *Log) Read(ctx context.Context, subject string) ([]Entry, error) {
	// The head is read first: entries that are added while the chain is read then lie beyond it and do no harm.
	head, err := l.lines.Get(ctx, headID(subject))
	noHead := errors.Is(err, docs.ErrNotFound)
	if err != nil && !noHead {
		return nil, fmt.Errorf("custody: read %s: %w", subject, err)
	}
	var entries []Entry
	var prev []byte
	for e, err := range l.lines.Each(ctx, docs.Query{Where: []docs.Eq{{Field: "subject", Value: subject}}, Order: "n"}) {
		if err != nil {
			return nil, fmt.Errorf("custody: read %s: %w", subject, err)
		}
		n := int64(len(entries)) + 1
		if e.N != n || e.Subject != subject || !bytes.Equal(e.Prev, prev) || !bytes.Equal(e.MAC, l.mac(&e)) {
			return nil, fmt.Errorf("custody: read %s: entry %d: %w", subject, n, ErrBroken)
		}
		if n == head.N && !bytes.Equal(head.MAC, e.MAC) {
			return nil, fmt.Errorf("custody: read %s: head does not fit entry %d: %w", subject, n, ErrBroken)
		}
		prev = e.MAC
		entries = append(entries, Entry{Subject: e.Subject, N: e.N, At: e.At, Actor: e.Actor, Action: e.Action, Detail: e.Detail})
	}
	if noHead && len(entries) == 0 {
		return nil, nil
	}
	if noHead || !bytes.Equal(head.HeadMAC, l.headMAC(&head)) || head.N > int64(len(entries)) {
		return nil, fmt.Errorf("custody: read %s: %d entries left: %w", subject, len(entries), ErrBroken)
	}
	return entries, nil
}

func entryID(subject string, n int64) string { return fmt.Sprintf("%s#%d", subject, n) }
func headID(subject string) string           { return "head:" + subject }

func (l *Log) mac(e *line) []byte {
	return l.vault.MAC("custody", e.Prev, []byte(e.Subject), number(e.N), number(e.At.UnixMilli()), []byte(e.Actor), []byte(e.Action), []byte(e.Detail))
}

func (l *Log) headMAC(h *line) []byte {
	return l.vault.MAC("custody head", []byte(h.Subject), number(h.N), h.MAC)
}

func number(n int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(n)) }
