package intake

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"qianshao/config/engine/docs"
	"qianshao/intake/fault"
	"qianshao/intake/vault"
)

// Item is one piece of evidence. Number counts from 1 within its kind, in the order of arrival; it is how people name it (照片 2).
type Item struct {
	ID     string
	Kind   Kind
	Type   string // media type by the first bytes, such as "image/heic"
	Number int
	Size   int64
}

// Tip is an opened tip. It never holds the code, the contact or the wish for a reward.
type Tip struct {
	ID       TipID
	Received time.Time // for clocks and the order in which tips are compared only: never shown more exactly than the day
	Told     time.Time // when the county was first told, which decides who was first: before Received where somebody took it down
	Report   Report
	Items    []Item
	Said     []string // what the person wrote in the dialogue since, a line each; empty where only a photo came
}

// The states of a tip's triage.
const (
	workWaiting = "waiting"
	workDone    = "done"
)

// record is a stored tip. What it tells a thief without keys: when it came, whether triage is done, how long the words are to the next 512 bytes, how many
// lines the dialogue has, whether the county has to react to it, and since which day an answer lies unread. It looks the same with and without a contact or a wish for a reward.
type record struct {
	ID         string       `bson:"_id"`
	Received   time.Time    `bson:"received"`    // to the millisecond; bound to Body, so that the order of arrival cannot be changed unseen
	Work       string       `bson:"work"`        // workWaiting or workDone
	Lookup     string       `bson:"lookup"`      // slow derivation of the query code
	Kept       bool         `bson:"kept"`        // the person has the code: it is not shown again
	Key        vault.Sealed `bson:"key"`         // data key, wrapped to the platform key
	Body       vault.Sealed `bson:"body"`        // a body under the data key
	ThreadKey  vault.Sealed `bson:"thread_key"`  // key of the dialogue, wrapped to the platform key
	ThreadCode vault.Sealed `bson:"thread_code"` // the same, wrapped to the query code
	Contact    vault.Sealed `bson:"contact"`     // for the reward officers alone; of one length, also when there is none
	Thread     []line       `bson:"thread"`
	SeenByUs   int          `bson:"seen_us"`     // lines of the dialogue that the county has seen
	SeenByThem int          `bson:"seen_person"` // and the person
	Follow     string       `bson:"follow"`      // workWaiting while something follows from the dialogue that the desk does not know yet
	Unread     time.Time    `bson:"unread"`      // day of the first line that the person has not seen; never when there is none
	Taken      []string     `bson:"taken"`       // folders of evidence that came with the dialogue, beside the tip's own
}

// body is the sealed heart of a tip.
type body struct {
	Report Report `bson:"report"`
	Items  []item `bson:"items"`
	Digest []byte `bson:"digest,omitempty"` // of what another system sent; nothing for a form of ours
}

// opened is a record with its keys and body in the clear.
type opened struct {
	*record
	body
	dataKey   vault.Key
	threadKey vault.Key
}

// told is when the county was first told.
func (o *opened) told() time.Time {
	if o.Report.Told.IsZero() {
		return o.Received
	}
	return o.Report.Told
}

// bucket is what sealed texts are padded to, so that their length tells little.
const bucket = 512

func pad(plain []byte) []byte {
	n := 4 + len(plain)
	out := make([]byte, 4, n+bucket)
	binary.BigEndian.PutUint32(out, uint32(len(plain)))
	out = append(out, plain...)
	return append(out, make([]byte, (bucket-n%bucket)%bucket)...)
}

func unpad(b []byte) ([]byte, error) {
	if len(b) < 4 || int64(binary.BigEndian.Uint32(b)) > int64(len(b)-4) {
		return nil, vault.ErrSealed
	}
	return b[4 : 4+binary.BigEndian.Uint32(b)], nil
}

// sealBSON pads and seals a value; openBSON is the way back.
func (s *Service) sealBSON(k vault.Key, id string, v any) (vault.Sealed, error) {
	plain, err := bson.Marshal(v)
	if err != nil {
		return nil, err
	}
	return s.Vault.SealWith(k, id, pad(plain))
}

func (s *Service) openBSON(k vault.Key, id string, sealed vault.Sealed, v any) error {
	padded, err := s.Vault.OpenWith(k, id, sealed)
	if err != nil {
		return err
	}
	plain, err := unpad(padded)
	if err != nil {
		return err
	}
	return bson.Unmarshal(plain, v)
}

// bodyID binds a body to its tip and to the moment of its arrival.
func (r *record) bodyID() string { return fmt.Sprintf("%s %d", r.ID, r.Received.UnixMilli()) }

func (s *Service) sealBody(r *record, k vault.Key, b *body) (err error) {
	r.Body, err = s.sealBSON(k, r.bodyID(), b)
	return err
}

// unseal opens a record.
func (s *Service) unseal(r *record) (o opened, err error) {
	o.record = r
	if o.dataKey, err = s.Vault.Unwrap("tip key", r.ID, r.Key); err != nil {
		return o, fmt.Errorf("intake: data key of tip %s: %w", r.ID, err)
	}
	if o.threadKey, err = s.Vault.Unwrap("thread key", r.ID, r.ThreadKey); err != nil {
		return o, fmt.Errorf("intake: thread key of tip %s: %w", r.ID, err)
	}
	if err := s.openBSON(o.dataKey, r.bodyID(), r.Body, &o.body); err != nil {
		return o, fmt.Errorf("intake: body of tip %s: %w", r.ID, err)
	}
	return o, nil
}

// get reads and opens a tip. A fault of kind NotFound when there is none, Busy when the store is away.
func (s *Service) get(ctx context.Context, id TipID) (opened, error) {
	r, err := s.tips.Get(ctx, string(id))
	if err != nil {
		return opened{}, readError(err)
	}
	return s.unseal(&r)
}

// readError sorts an error of the store.
func readError(err error) error {
	if errors.Is(err, docs.ErrNotFound) {
		return fault.New(fault.NotFound, "desk.not_found").Because(err)
	}
	return busy("read tip", err)
}

// writeError passes the faults on that a change itself gave and sorts the rest.
func writeError(err error) error {
	if err == nil || fault.KindOf(err) != fault.Internal || errors.Is(err, vault.ErrSealed) {
		return err
	}
	if errors.Is(err, docs.ErrNotFound) {
		return readError(err)
	}
	return busy("write tip", err)
}

// Counts are the numbers of the pieces of evidence of each kind.
type Counts struct{ Photos, Voices, Videos int }

func (b *body) counts() (c Counts) {
	for _, it := range b.Items {
		switch it.Kind {
		case Voice:
			c.Voices++
		case Video:
			c.Videos++
		default:
			c.Photos++
		}
	}
	return c
}

func (b *body) item(id string) (item, bool) {
	i := slices.IndexFunc(b.Items, func(it item) bool { return it.ID == id })
	if i < 0 {
		return item{}, false
	}
	return b.Items[i], true
}

// ForOfficers is what the officers find when they open what was sealed for them: what it belongs to (so that two contacts, or two payees, cannot be exchanged)
// and the words. Its length tells little about the words.
func ForOfficers(of, words string) []byte { return pad([]byte(of + "\n" + words)) }

// ReadForOfficers takes it apart; vault.ErrSealed for anything else.
func ReadForOfficers(padded []byte) (of, words string, err error) {
	plain, err := unpad(padded)
	if err != nil {
		return "", "", err
	}
	of, words, _ = strings.Cut(string(plain), "\n")
	return of, words, nil
}

// OpenContact opens a contact with the officers' private identity, away from the server. The contact is empty when the person left none.
func OpenContact(identity string, s vault.Sealed) (TipID, string, error) {
	padded, err := vault.OpenForOfficers(identity, s)
	if err != nil {
		return "", "", fmt.Errorf("intake: open contact: %w", err)
	}
	of, contact, err := ReadForOfficers(padded)
	if err != nil {
		return "", "", fmt.Errorf("intake: open contact: %w", err)
	}
	return TipID(of), contact, nil
}
