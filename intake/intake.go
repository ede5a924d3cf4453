// Package intake accepts a tip, seals it, hands its receipt back, and carries the anonymous dialogue with the person who sent it.
// It owns the collection tips (the dialogue lies within the tip, so that words, evidence and state change in one write), the collection orders (which work
// order of the 12345 became which tip) and the evidence blobs below tips/.
// It knows nothing of pages, queues, cases or routes.
//
// The two promises and where they are kept:
//
//   - Never lost. Evidence is durable before its token is given out; the one Insert in Submit is the commit point; the receipt follows it. Everything about a tip that is not
//     yet inserted is derived from the form (Draft), so sending a form again after any failure gives the same tip and the same codes.
//   - Never read by who may not. Nothing that a person said, sent or chose is stored in the open, nor is any code; see record in tip.go for what is.
package intake

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync/atomic"
	"time"

	"qianshao/config/county"
	"qianshao/config/engine/blobs"
	"qianshao/config/engine/docs"
	"qianshao/intake/custody"
	"qianshao/intake/fault"
	"qianshao/intake/vault"
)

// Limits of a tip.
const (
	MaxPhotos   = 9
	MaxVoices   = 1
	MaxVideos   = 1
	MaxWords    = 2000 // characters of the free text
	MaxShort    = 200  // characters of the other texts
	MaxContact  = 100
	MaxMessage  = 2000
	MaxMessages = 200 // lines of a dialogue that a person may write
	MaxItems    = 100 // pieces of evidence of a tip, later ones included
)

// How long things that a page carries are good for.
const (
	draftDays   = 7
	stagedHours = 24
	visitHours  = 1
	// orphanHours leaves a day between the last moment at which evidence can be taken by a tip and the first at which it can be swept, so that neither a slow
	// Submit nor a clock of the blob store that is hours off can sweep what a tip refers to.
	orphanHours = 48
)

// writeTime bounds the writes that go on although the person's connection is gone.
const writeTime = 15 * time.Second

// announceTime bounds how long a receipt waits for the queue.
const announceTime = 500 * time.Millisecond

// TipID is internal; Code is what the tipster holds.
type TipID string

// Announcer is told that a tip was stored. It must return when its context ends; an error is logged and mended by the sweep.
type Announcer interface {
	TipStored(ctx context.Context, id TipID) error
}

// Claims keeps the wish for a reward away from the tip. Register may be called twice with the same claim. tail is the last four digits of the claim code, for a
// public notice.
type Claims interface {
	Register(ctx context.Context, lookup, tail string, tip TipID) error
}

// Inspector looks into a recording that has arrived, before the person is told so. It gives a fault when the recording cannot be taken (too long, not what it
// was sent as), and any other error when it could not be read. The parsers of recordings lie further down the way of a tip, with the worker that uses them too.
type Inspector interface {
	Inspect(ctx context.Context, kind Kind, in *io.SectionReader) error
}

// Deps is what the service stands on.
type Deps struct {
	Docs               docs.Store
	Blobs              blobs.Store
	Vault              *vault.Vault
	Custody            *custody.Log
	Profile            *county.Profile
	Announce           Announcer
	Claims             Claims
	Now                func() time.Time
	Log                *slog.Logger
	Recordings         Inspector // nil takes every recording as it comes
	MaxPhoto, MaxVoice int64     // bytes
	MaxVideo           int64
}

// Service is the intake. Safe for concurrent use.
type Service struct {
	Deps
	tips       *docs.Collection[record]
	orders     *docs.Collection[orderRecord]
	ids        *docs.Collection[idOnly] // the same tips, where only their ids are asked for
	choices    choices
	submitting atomic.Int64 // running Submit calls
}

// New opens the collections; it fails when an index cannot be made.
func New(ctx context.Context, d Deps) (*Service, error) {
	indexes := []docs.Index{
		{Fields: []string{"lookup"}, Unique: true},
		{Fields: []string{"work", "received"}},
		{Fields: []string{"follow", "received"}},
		{Fields: []string{"unread"}},
		{Fields: []string{"taken"}, Multi: true},
	}
	tips, err := docs.Open[record](ctx, d.Docs, "tips", indexes...)
	if err != nil {
		return nil, fmt.Errorf("intake: %w", err)
	}
	orders, err := docs.Open[orderRecord](ctx, d.Docs, "orders", docs.Index{Fields: []string{"at"}})
	if err != nil {
		return nil, fmt.Errorf("intake: %w", err)
	}
	ids, err := docs.Open[idOnly](ctx, d.Docs, "tips", indexes...)
	if err != nil {
		return nil, fmt.Errorf("intake: %w", err)
	}
	return &Service{Deps: d, tips: tips, ids: ids, orders: orders, choices: choicesOf(d.Profile)}, nil
}

type idOnly struct {
	ID string `bson:"_id"`
}

// busy says that an engine is away. The person is told that nothing was accepted.
func busy(doing string, err error) error {
	return fmt.Errorf("intake: %s: %w", doing, fault.New(fault.Busy, "busy").Because(err))
}
