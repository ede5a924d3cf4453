package intake

import (
	"crypto/hmac"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"time"

	"qianshao/intake/fault"
)

// Draft is an issued form: it decides the id of the tip (or message) that it will become, so that sending it twice gives one.
//
// Its token is 16 random bytes, the day of issue and a MAC. The id of the tip and both codes are derived from the random bytes under the platform key: nobody
// else can derive them, a double tap gives the same ones, and no code has to be stored to be shown again.
type Draft struct {
	Token  string // goes into the form, hidden
	tip    TipID
	issued time.Time // midnight UTC of the day of issue
	random []byte
}

const (
	draftVersion = 1
	draftRandom  = 16
	draftSigned  = 1 + draftRandom + 2 // version, random bytes, day
	draftMAC     = 16
)

// Tip is the id that the form will have as a tip. It is internal: pages carry the token.
func (d *Draft) Tip() TipID { return d.tip }

// NewDraft issues a form.
func (s *Service) NewDraft() *Draft {
	b := make([]byte, 1+draftRandom, draftSigned+draftMAC)
	b[0] = draftVersion
	_, _ = rand.Read(b[1:]) // never fails: the runtime ends the program without randomness
	b = binary.BigEndian.AppendUint16(b, uint16(s.Now().Unix()/86400))
	b = append(b, s.draftMAC(b)...)
	return s.draft(b)
}

// OpenDraft checks a token that came back. fault form.stale when it is forged or older than seven days.
func (s *Service) OpenDraft(token string) (*Draft, error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(b) != draftSigned+draftMAC || b[0] != draftVersion || !hmac.Equal(b[draftSigned:], s.draftMAC(b[:draftSigned])) {
		return nil, fault.New(fault.Invalid, "form.stale")
	}
	d := s.draft(b)
	// A day before is allowed for a second web process whose clock is not quite ours.
	if age := s.Now().Sub(d.issued); age < -24*time.Hour || age >= (draftDays+1)*24*time.Hour {
		return nil, fault.New(fault.Invalid, "form.stale")
	}
	return d, nil
}

func (s *Service) draft(b []byte) *Draft {
	random := b[1 : 1+draftRandom]
	day := int64(binary.BigEndian.Uint16(b[1+draftRandom:]))
	return &Draft{
		Token:  base64.RawURLEncoding.EncodeToString(b),
		tip:    TipID(hex.EncodeToString(s.Vault.MAC("tip id", random)[:16])),
		issued: time.Unix(day*86400, 0).UTC(),
		random: random,
	}
}

func (s *Service) draftMAC(b []byte) []byte { return s.Vault.MAC("draft", b)[:draftMAC] }

// The codes of a draft. They are made when they are shown and exist nowhere else.
func (s *Service) queryCode(d *Draft) Code { return CodeFrom(s.Vault.MAC("query code", d.random)) }
func (s *Service) claimCode(d *Draft) Code { return CodeFrom(s.Vault.MAC("claim code", d.random)) }
