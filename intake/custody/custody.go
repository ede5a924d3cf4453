// Package custody keeps the append-only, hash-chained record of who saw or changed what.
// It owns the collection custody and knows nothing of what the subjects are: it holds ids and verbs, never words.
package custody

import (
	"context"
	"time"

	"qianshao/config/engine/docs"
	"qianshao/intake/vault"
)

// Entry is one line of the record.
type Entry struct {
	Subject string // "tip/ID" or "case/ID"
	N       int64  // 1, 2, 3 ... for each subject
	At      time.Time
	Actor   string // staff id, "worker", "tipster"
	Action  string // a verb such as "view", "evidence", "sign", "reply"
	Detail  string // ids only
}

type Log struct{}

func Open(ctx context.Context, s docs.Store, v *vault.Vault, now func() time.Time) (*Log, error) {
	panic("contract")
}

// Note appends; it must succeed before what it records is shown or done.
func (l *Log) Note(ctx context.Context, subject, actor, action, detail string) error {
	panic("contract")
}

// Read gives the record of a subject, oldest first, after checking the whole chain; an error when a link is missing or changed.
func (l *Log) Read(ctx context.Context, subject string) ([]Entry, error) { panic("contract") }
