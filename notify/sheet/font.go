package sheet

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/signintech/gopdf"
)

//go:embed font/regular.ttf.gz
var regularFile []byte

//go:embed font/bold.ttf.gz
var boldFile []byte

const regular, bold = "regular", "bold"

// fonts are unpacked and read when the first sheet is printed; from then on every sheet shares them.
var fonts = sync.OnceValues(func() (*gopdf.FontContainer, error) {
	var c gopdf.FontContainer
	return &c, errors.Join(addFont(&c, regular, regularFile), addFont(&c, bold, boldFile))
})

func addFont(c *gopdf.FontContainer, name string, packed []byte) error {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return fmt.Errorf("sheet: font %s: %w", name, err)
	}
	font, err := io.ReadAll(z)
	if err != nil {
		return fmt.Errorf("sheet: unpack font %s: %w", name, err)
	}
	if err := c.AddTTFFontData(name, font); err != nil {
		return fmt.Errorf("sheet: read font %s: %w", name, err)
	}
	return nil
}
