package api

import (
	"context"
	"crypto/sha256"
	"fmt"
	"hash"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"qianshao/handlers/budget"
	"qianshao/intake"
	"qianshao/intake/fault"
	"qianshao/intake/gateway"
)

// tips are how many a gateway may hand in: a busy hotline has some hundred calls an hour, about everything. wrongKeys slows down who guesses keys.
var (
	tips      = budget.Budget{Name: "gateway", Times: 300, Per: time.Hour}
	wrongKeys = budget.Budget{Name: "gatewaykey", Times: 20, Per: time.Hour}
)

// codesShown is how long the same tip, handed in again, is answered with its codes, for a line that broke.
const codesShown = 30 * time.Minute

const idLength = 128 // of the gateway's own id of a request

// handed is a request to take a tip.
type handed struct {
	gateway gateway.Gateway
	draft   *intake.Draft
	sub     intake.Submission
}

// submit is POST requests.
func (o *Open311) submit(c *gin.Context) error {
	f, parts, err := fields(c.Request)
	if err != nil {
		return err
	}
	if err := o.jurisdiction(f.Get("jurisdiction_id")); err != nil {
		return err
	}
	h, err := o.handed(c, f)
	if err != nil {
		return err
	}
	ctx := c.Request.Context()
	_, sent, err := o.Intake.Sent(ctx, h.draft, false)
	if err != nil {
		return fmt.Errorf("api: look for an earlier one: %w", err)
	}
	digest := newDigest(f)
	if h.sub.Staged, err = o.media(ctx, h.draft, parts, digest, sent); err != nil {
		return err
	}
	h.sub.Digest = o.Vault.MAC("gateway request", digest.Sum(nil))
	if !sent {
		if _, wrong := o.Intake.Check(h.draft, h.sub); len(wrong) > 0 {
			return fmt.Errorf("api: check: %w", wrong)
		}
		if err := o.Custody.Note(ctx, "tip/"+string(h.draft.Tip()), "gateway:"+h.gateway.ID, "take", ""); err != nil {
			return fmt.Errorf("api: note a tip: %w", err)
		}
	}
	taken, err := o.Intake.Submit(ctx, h.draft, h.sub)
	if err != nil {
		return fmt.Errorf("api: submit: %w", err)
	}
	if !taken.Again {
		o.Accepted()
	}
	notice, err := o.codes(ctx, h.draft, taken)
	if err != nil {
		return err
	}
	token, err := o.seal(h.draft.Tip())
	if err != nil {
		return err
	}
	return private(c, http.StatusCreated, accepted{Requests: []receipt{{Token: token, Notice: notice}}})
}

// codes is what the gateway reads to its caller.
func (o *Open311) codes(ctx context.Context, d *intake.Draft, r intake.Receipt) (string, error) {
	if !r.Kept && o.Now().Sub(r.Accepted) > codesShown {
		if err := o.Intake.Keep(ctx, d); err != nil {
			return "", fmt.Errorf("api: keep: %w", err)
		}
		r.Kept = true
	}
	if r.Kept {
		return o.Words.T("geo.before"), nil
	}
	fours := r.Code.Fours()
	text := o.Words.T("geo.code", strings.Join(fours[:], " "), o.base+"/status")
	if r.Claim != "" {
		fours := r.Claim.Fours()
		text += o.Words.T("geo.claim", strings.Join(fours[:], " "))
	}
	return text, nil
}

// newDigest is over all fields but the key, also over those that are not read: two callers with one story are two.
func newDigest(f url.Values) hash.Hash {
	rest := maps.Clone(f)
	delete(rest, "api_key")
	h := sha256.New()
	_, _ = io.WriteString(h, rest.Encode()) // in the order of the names; a hash takes everything
	return h
}

// media stores the files, sealed, and adds them to the digest; only the latter for a tip that was sent before. It takes photos only.
func (o *Open311) media(ctx context.Context, d *intake.Draft, f *files, digest io.Writer, sent bool) ([]string, error) {
	var tokens []string
	for n := 0; ; n++ {
		p, err := f.next()
		if p == nil || err != nil {
			return tokens, err
		}
		if n == intake.MaxPhotos {
			return nil, intake.TooMany(intake.Photo)
		}
		file := sha256.New()
		if sent {
			if _, err := io.Copy(file, p); err != nil {
				return nil, fault.New(fault.Invalid, "form.broken").Because(err)
			}
		} else {
			s, err := o.Intake.Stage(ctx, d, intake.Photo, io.TeeReader(p, file))
			if err != nil {
				return nil, fmt.Errorf("api: stage: %w", err)
			}
			tokens = append(tokens, s.Token)
		}
		_, _ = digest.Write(file.Sum(nil))
	}
}

// handed checks the key and reads the tip. fault gateway.key before anything else is said.
func (o *Open311) handed(c *gin.Context, f url.Values) (handed, error) {
	var h handed
	ctx, network := c.Request.Context(), string(o.Budgets.Network(c.Request))
	var err error
	if h.gateway, err = o.Gateways.Who(ctx, f.Get("api_key")); err != nil {
		// Only who is wrong pays: many a gateway shares its network, and a right key is never kept waiting for somebody else's.
		if fault.KindOf(err) == fault.Forbidden {
			if ok, _ := o.Budgets.Spend(ctx, wrongKeys, network); !ok {
				return h, fault.New(fault.Invalid, "geo.slow")
			}
		}
		return h, fmt.Errorf("api: key: %w", err)
	}
	if ok, _ := o.Budgets.Spend(ctx, tips, h.gateway.ID); !ok {
		return h, fault.New(fault.Invalid, "geo.slow")
	}
	id := c.GetHeader("Idempotency-Key")
	if len(id) > idLength || !utf8.ValidString(id) {
		return h, fault.New(fault.Invalid, "geo.id", idLength)
	}
	h.draft = o.Intake.GatewayDraft(h.gateway.ID, id)
	h.sub, err = o.report(f)
	return h, err
}
