package public

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image/color"
	"image/png"
	"net/http"
	"strings"
	"time"

	"github.com/dchest/captcha"
	"github.com/gin-gonic/gin"
	"github.com/redis/go-redis/v9"

	"qianshao/frontend"
	"qianshao/handlers/budget"
	"qianshao/intake/fault"
)

// The budgets of a network. A captcha is asked when one is spent.
var (
	wrongCodes = budget.Budget{Name: "code", Times: 3, Per: 10 * time.Minute}
	pictures   = budget.Budget{Name: "captcha", Times: 120, Per: 10 * time.Minute}
)

func (p *Pages) tips() budget.Budget {
	return budget.Budget{Name: "tip", Times: p.Config.CaptchaBudget, Per: time.Hour}
}

// files bounds how much a network can store without ever sending a tip: as much as its tips could hold.
func (p *Pages) files() budget.Budget {
	return budget.Budget{Name: "file", Times: p.Config.CaptchaBudget * filesPerTip, Per: time.Hour}
}

// perForm bounds what one form can store, however often its files are taken away again.
var perForm = budget.Budget{Name: "form", Times: 40, Per: 24 * time.Hour}

const (
	captchaLife   = 30 * time.Minute // a long form is filled in on a slow phone
	captchaDigits = 6
	captchaWait   = 500 * time.Millisecond // for Redis
)

// captchas keeps the digits of open captchas where every web process finds them.
type captchas struct{ rdb redis.UniversalClient }

func captchaKey(id string) string { return "captcha:" + id }

// issue makes a captcha and gives its id.
func (s captchas) issue(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, captchaWait)
	defer cancel()
	id := rand.Text()
	if err := s.rdb.Set(ctx, captchaKey(id), captcha.RandomDigits(captchaDigits), captchaLife).Err(); err != nil {
		return "", fmt.Errorf("public: issue captcha: %w", err)
	}
	return id, nil
}

// digits reads the digits for a picture; nil when there is no such captcha.
func (s captchas) digits(ctx context.Context, id string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, captchaWait)
	defer cancel()
	return found(s.rdb.Get(ctx, captchaKey(id)).Bytes())
}

// solve uses a captcha up, whether the answer is right or wrong.
func (s captchas) solve(ctx context.Context, id, answer string) (proof, error) {
	ctx, cancel := context.WithTimeout(ctx, captchaWait)
	defer cancel()
	want, err := found(s.rdb.GetDel(ctx, captchaKey(id)).Bytes())
	switch {
	case len(want) == 0:
		return staleProof, err
	case bytes.Equal(want, typedDigits(answer)):
		return rightProof, err
	}
	return wrongProof, err
}

func found(b []byte, err error) ([]byte, error) {
	if errors.Is(err, redis.Nil) {
		return nil, nil
	}
	return b, err
}

// typedDigits reads digits as people type them: with spaces, or full-width.
func typedDigits(s string) []byte {
	var d []byte
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			d = append(d, byte(r-'0'))
		case r >= '０' && r <= '９':
			d = append(d, byte(r-'０'))
		}
	}
	return d
}

// asked reports whether a captcha stands before the next step; spent says whether the network's budget is.
func (p *Pages) asked(spent func() bool) bool {
	switch p.Config.Captcha {
	case "never":
		return false
	case "always":
		return true
	}
	return spent()
}

// offer gives a captcha for a page; nil when none is asked, or Redis is away: then no tip is lost for the lack of a picture.
func (p *Pages) offer(ctx context.Context, asked bool, problem *fault.Error) *frontend.Captcha {
	if !asked {
		return nil
	}
	id, err := p.captchas.issue(ctx)
	if err != nil {
		return nil
	}
	shown := &frontend.Captcha{ID: id}
	if problem != nil {
		shown.Error = sentence(problem)
	}
	return shown
}

// proof is what a request brings for a captcha.
type proof uint8

const (
	noProof proof = iota
	wrongProof
	staleProof // its time is over, or it was used
	rightProof
)

// prove checks the captcha that a request brings and uses it up. A right one counts for its form (by the form's token) for as long as a captcha lives: a
// form with a mistake in it, or sent twice by a double tap, is asked once. With Redis away nothing can be proved, and nothing is asked.
func (p *Pages) prove(ctx context.Context, form, id, answer string) proof {
	if p.Config.Captcha == "never" {
		return rightProof
	}
	got := noProof
	if id != "" && answer != "" {
		var err error
		if got, err = p.captchas.solve(ctx, id, answer); got == rightProof && form != "" {
			err = p.captchas.pass(ctx, form)
		}
		if got == rightProof || err != nil {
			return rightProof
		}
	}
	switch passed, err := p.captchas.passed(ctx, form); {
	case passed || err != nil:
		return rightProof
	}
	return got
}

// challenge is the fault of a request that may not go on; asked says whether a captcha stands before this step.
func challenge(got proof, asked bool) *fault.Error {
	switch {
	case got == wrongProof:
		return fault.New(fault.Challenge, "captcha.wrong").On("captcha")
	case got == staleProof:
		return fault.New(fault.Challenge, "captcha.stale").On("captcha")
	case got == noProof && asked:
		return fault.New(fault.Challenge, "captcha.needed").On("captcha")
	}
	return nil
}

// pass notes that a form was proved, and passed asks. The key holds a hash of the form's token only.
func (s captchas) pass(ctx context.Context, form string) error {
	ctx, cancel := context.WithTimeout(ctx, captchaWait)
	defer cancel()
	return s.rdb.Set(ctx, passKey(form), 1, captchaLife).Err()
}

func (s captchas) passed(ctx context.Context, form string) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, captchaWait)
	defer cancel()
	n, err := s.rdb.Exists(ctx, passKey(form)).Result()
	return n > 0, err
}

func passKey(form string) string {
	sum := sha256.Sum256([]byte(form))
	return captchaKey("form:" + hex.EncodeToString(sum[:]))
}

// captcha is /captcha/ID.png and /captcha/ID.wav.
func (p *Pages) captcha(c *gin.Context) error {
	ctx := c.Request.Context()
	id, kind, _ := strings.Cut(c.Param("file"), ".")
	if kind != "png" && kind != "wav" {
		return fault.New(fault.NotFound, "page.unknown")
	}
	if ok, _ := p.Budgets.Spend(ctx, pictures, string(p.Budgets.Network(c.Request))); !ok {
		return fault.New(fault.Busy, "captcha.slow")
	}
	digits, err := p.captchas.digits(ctx, id)
	if err != nil {
		return fmt.Errorf("public: read captcha: %w", err)
	}
	if len(digits) != captchaDigits {
		return fault.New(fault.NotFound, "page.unknown")
	}
	var b bytes.Buffer
	if kind == "wav" {
		_, err = captcha.NewAudio(id, digits, "zh").WriteTo(&b)
		kind = "audio/wav"
	} else {
		img := captcha.NewImage(id, digits, captcha.StdWidth, captcha.StdHeight)
		img.Palette[0] = color.White // its own ground is transparent, which nobody can read on a dark page
		err = png.Encode(&b, img.Paletted)
		kind = "image/png"
	}
	if err != nil {
		return fmt.Errorf("public: draw captcha: %w", err)
	}
	c.Data(http.StatusOK, kind, b.Bytes())
	return nil
}
