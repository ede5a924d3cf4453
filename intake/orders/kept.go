package orders

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"io"
	"time"

	"qianshao/intake/fault"
)

// keptFor is how long a sheet that was looked at can be taken.
const keptFor = time.Hour

// Keep seals a sheet that was looked at, so that the page can carry it until the person says what to do: nothing of it is stored. Only the same person can
// open it again.
func (s *Service) Keep(actor string, raw []byte) (string, error) {
	b := bytes.NewBuffer(binary.BigEndian.AppendUint64(nil, uint64(s.Intake.Now().Unix())))
	z := gzip.NewWriter(b)
	_, err := z.Write(raw)
	if err := errors.Join(err, z.Close()); err != nil {
		return "", err
	}
	sealed, err := s.Intake.Vault.Seal("orders sheet", actor, b.Bytes())
	return base64.RawURLEncoding.EncodeToString(sealed), err
}

// Kept opens what Keep made. fault sheet.stale after an hour, and for everything else.
func (s *Service) Kept(actor, token string) ([]byte, error) {
	stale := fault.New(fault.Invalid, "sheet.stale")
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil {
		return nil, stale
	}
	b, err := s.Intake.Vault.Open("orders sheet", actor, sealed)
	if err != nil || len(b) < 8 || s.Intake.Now().Sub(time.Unix(int64(binary.BigEndian.Uint64(b)), 0)) > keptFor {
		return nil, stale
	}
	z, err := gzip.NewReader(bytes.NewReader(b[8:]))
	if err != nil {
		return nil, stale
	}
	return io.ReadAll(z)
}
