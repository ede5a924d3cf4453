// Package intake accepts a tip, seals it, hands its receipt back, and carries the anonymous dialogue with the person who sent it.
// It owns the collections tips and threads and the evidence blobs. It knows nothing of pages, queues, cases or routes.
package intake

import (
	"context"
	"io"
	"log/slog"
	"time"

	"qianshao/config/county"
	"qianshao/config/engine/blobs"
	"qianshao/config/engine/docs"
	"qianshao/intake/custody"
	"qianshao/intake/vault"
)

// Limits of a tip.
const (
	MaxPhotos  = 9
	MaxVoices  = 1
	MaxWords   = 2000 // characters of the free text
	MaxShort   = 200  // characters of the other texts
	MaxContact = 100
	MaxMessage = 2000
)

// TipID is internal; Code is what the tipster holds.
type TipID string

// Code is a query or claim code: 16 digits, the last one a check digit. It refuses to be printed or logged.
type Code string

func (Code) String() string       { return "[查询码]" }
func (Code) LogValue() slog.Value { return slog.StringValue("[查询码]") }

// Fours gives the digits in four groups of four, to be shown to the person who holds the code and to nobody else.
func (c Code) Fours() [4]string { panic("contract") }

// ParseCode reads a code as people type it: spaces, dashes, full-width digits. fault code.unknown when it cannot be one.
func ParseCode(typed string) (Code, error) { panic("contract") }

// Announcer is told that a tip was stored. It must return quickly; an error is logged and mended by the sweep.
type Announcer interface {
	TipStored(ctx context.Context, id TipID) error
}

// Claims keeps the wish for a reward away from the tip. Register may be called twice with the same claim.
type Claims interface {
	Register(ctx context.Context, lookup string, tip TipID) error
}

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
	MaxPhoto, MaxVoice int64 // bytes
}

type Service struct{ Deps }

// New opens the collections; it fails when an index cannot be made.
func New(ctx context.Context, d Deps) (*Service, error) { panic("contract") }

// ---- the form ----

// Draft is an issued form: it decides the id of the tip (or message) that it will become, so that sending it twice gives one.
type Draft struct {
	Token  string // goes into the form, hidden
	tip    TipID
	issued time.Time
}

// NewDraft issues a form.
func (s *Service) NewDraft() *Draft { panic("contract") }

// OpenDraft checks a token that came back. fault form.stale when it is forged or older than seven days.
func (s *Service) OpenDraft(token string) (*Draft, error) { panic("contract") }

// Kind of evidence.
type Kind string

const (
	Photo Kind = "photo"
	Voice Kind = "voice"
)

// Staged is a piece of evidence that arrived, is sealed and stored, and waits for its tip. Token goes into the form, hidden; only this service can open it,
// and only together with the draft for which it was made.
type Staged struct {
	Token string
	Kind  Kind
	Size  int64
}

// Stage streams one file: its kind is checked by its first bytes, its size by the limit. Nothing is held in memory whole.
// faults photo.kind, photo.too_large, photo.broken (empty or cut), voice.kind, voice.too_large; fault.Busy when the store is away.
func (s *Service) Stage(ctx context.Context, d *Draft, kind Kind, r io.Reader) (Staged, error) {
	panic("contract")
}

// OpenStaged tells what a token that came back stands for, so that a form can be shown again with it. fault photo.stale.
func (s *Service) OpenStaged(d *Draft, token string) (Staged, error) { panic("contract") }

// Position is what the phone gave, in WGS-84 degrees, with its accuracy in metres.
type Position struct {
	Lon, Lat, Accuracy float64
}

// Report is what a person says. Everything but "what" and "where" may be empty. Ids are of the county profile.
type Report struct {
	Emergency  string    `bson:"emergency"`
	Signs      []string  `bson:"signs"`
	Sites      []string  `bson:"sites"`
	Town       string    `bson:"town"`    // code
	Village    string    `bson:"village"` // code
	Where      string    `bson:"where"`   // own words
	Position   *Position `bson:"position"`
	Now        string    `bson:"now"`
	Times      []string  `bson:"times"`
	Before     string    `bson:"before"`
	Words      string    `bson:"words"`
	PhotoPlace bool      `bson:"photo_place"` // the position inside the photos may be used
	Channel    string    `bson:"channel"`     // web, wechat, hotline, demo
}

// Submission is a Report with what is kept apart from it.
type Submission struct {
	Report  Report
	Staged  []string // tokens
	Contact string   // sealed to the reward officers' key; the server cannot read it again
	Reward  bool
}

// Receipt is what the person takes away. The codes are shown until Kept.
type Receipt struct {
	Code   Code
	Claim  Code // empty unless a reward was wished
	Photos int
	Voices int
	Again  bool // this form had been sent before
	Kept   bool // the person had confirmed to have the code: codes are empty
}

// Submit seals and stores a tip; when it returns without error the tip is durable. The same draft gives the same receipt.
// fault.List with every field's fault; fault.Busy when a store is away (then nothing was accepted).
func (s *Service) Submit(ctx context.Context, d *Draft, sub Submission) (Receipt, error) {
	panic("contract")
}

// Keep notes that the person has the code; from then on it is not shown again.
func (s *Service) Keep(ctx context.Context, d *Draft) error { panic("contract") }

// ---- coming back with the code ----

// Visit is an opened query code. Token (valid for an hour) goes into the page, so that the code itself does not.
type Visit struct {
	Token  string
	Tip    TipID
	Day    time.Time // day of receipt, midnight in the county
	Photos int
	Voices int
	Thread []Message
}

// Message is a line of the dialogue.
type Message struct {
	ID     string
	FromUs bool   // from the county to the person
	Unit   string // unit id of the writer when FromUs
	Day    time.Time
	Text   string
	Photos int
	Unread bool // not yet seen by the other side
}

// Look opens a code. An unknown, an expired and a withdrawn code cost the same time and give the same fault code.unknown.
func (s *Service) Look(ctx context.Context, c Code) (*Visit, error) { panic("contract") }

// Resume opens the token of a visit. fault visit.stale.
func (s *Service) Resume(ctx context.Context, token string) (*Visit, error) { panic("contract") }

// Say adds words and evidence to the dialogue; d makes it happen once. Photos become evidence of the tip. faults say.empty, form.too_long, code.in_words.
func (s *Service) Say(ctx context.Context, v *Visit, d *Draft, words string, staged []string) error {
	panic("contract")
}

// ---- for workers and the desk ----

// Item is one piece of evidence. Number counts from 1 in the order of arrival; it is how people name it.
type Item struct {
	ID     string
	Kind   Kind
	Number int
	Size   int64
}

// Tip is an opened tip. It never holds the code, the contact or the wish for a reward.
type Tip struct {
	ID       TipID
	Received time.Time // for clocks and order of arrival only: never shown more exactly than the day
	Report   Report
	Items    []Item
}

// Open unseals a tip.
func (s *Service) Open(ctx context.Context, id TipID) (*Tip, error) { panic("contract") }

// Evidence unseals the bytes of one item as they arrived. For the worker only: they may hold metadata.
func (s *Service) Evidence(ctx context.Context, id TipID, item string) (io.ReadCloser, error) {
	panic("contract")
}

// PutRendition seals and stores a cleaned copy of an item (name: "320", "1600"). Rendition reads it back; fault.NotFound when there is none.
func (s *Service) PutRendition(ctx context.Context, id TipID, item, name string, r io.Reader) error {
	panic("contract")
}
func (s *Service) Rendition(ctx context.Context, id TipID, item, name string) (io.ReadCloser, error) {
	panic("contract")
}

// Waiting lists tips that were stored before t and whose triage has not finished, oldest first.
func (s *Service) Waiting(ctx context.Context, t time.Time, limit int) ([]TipID, error) {
	panic("contract")
}

// Finish notes that triage is done with a tip of which it read so many items (len(Tip.Items)). When more evidence came in the meantime, or comes later, the
// tip goes on waiting: a photo sent while triage was at work is not forgotten.
func (s *Service) Finish(ctx context.Context, id TipID, items int) error { panic("contract") }

// Thread reads the dialogue of a tip, and Answer adds to it from the county's side. key makes Answer happen once.
func (s *Service) Thread(ctx context.Context, id TipID) ([]Message, error) { panic("contract") }
func (s *Service) Answer(ctx context.Context, id TipID, key, unit, words string) error {
	panic("contract")
}

// SweepOrphans deletes staged evidence that no tip took within 48 hours and returns how many.
func (s *Service) SweepOrphans(ctx context.Context) (int, error) { panic("contract") }
