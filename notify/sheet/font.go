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

// Fonts gives both typefaces for another printer of ours, by the names "regular" and "bold". They are shared and must not be added to.
func Fonts() (*gopdf.FontContainer, error) { return fonts() }

// Typeface gives the file of one of them, for who paints letters instead of printing them.
func Typeface(heavy bool) ([]byte, error) {
	if heavy {
		return unpack(bold, boldFile)
	}
	return unpack(regular, regularFile)
}

// fonts are unpacked and read when the first sheet is printed; from then on every sheet shares them.
var fonts = sync.OnceValues(func() (*gopdf.FontContainer, error) {
	var c gopdf.FontContainer
	return &c, errors.Join(addFont(&c, regular, regularFile), addFont(&c, bold, boldFile))
})

func unpack(name string, packed []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("sheet: font %s: %w", name, err)
	}
	font, err := io.ReadAll(z)
	if err != nil {
		return nil, fmt.Errorf("sheet: unpack font %s: %w", name, err)
	}
	return font, nil
}

func addFont(c *gopdf.FontContainer, name string, packed []byte) error {
	font, err := unpack(name, packed)
	if err != nil {
		return err
	}
	if err := c.AddTTFFontData(name, font); err != nil {
		return fmt.Errorf("sheet: read font %s: %w", name, err)
	}
	return nil
}
