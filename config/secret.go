package config

import (
	"fmt"
	"io"
	"log/slog"
)

// Secret is a value that refuses to be printed, logged or marshalled: it shows as "[redacted]", also when it is empty. Only Reveal gives it away.
// (The verbs %p and %w are wrong for a string and bypass every formatter; go vet, which go test runs, refuses them.)
type Secret string

const redacted = "[redacted]"

// Reveal is the value itself, for whoever opens what it unlocks.
func (s Secret) Reveal() string { return string(s) }

// String is "[redacted]".
func (s Secret) String() string { return redacted }

// GoString is "[redacted]".
func (s Secret) GoString() string { return redacted }

// Format prints "[redacted]" for every verb and flag.
func (s Secret) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, redacted) // a formatter has nowhere to report an error to
}

// MarshalJSON is "[redacted]".
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// MarshalText is "[redacted]".
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// MarshalYAML is "[redacted]".
func (s Secret) MarshalYAML() (any, error) { return redacted, nil }

// LogValue is "[redacted]".
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }
