package match

import (
	"encoding/binary"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Keys are keyed values, ascending. They are stored as one binary value: a match reads some hundreds of prints, and an array would be most of that time.
type Keys []int64

// MarshalBSONValue writes eight bytes for each.
func (k Keys) MarshalBSONValue() (byte, []byte, error) {
	raw := make([]byte, 0, 8*len(k))
	for _, v := range k {
		raw = binary.LittleEndian.AppendUint64(raw, uint64(v))
	}
	t, data, err := bson.MarshalValue(bson.Binary{Data: raw})
	return byte(t), data, err
}

var errKeys = errors.New("match: not a list of keys")

// UnmarshalBSONValue reads what MarshalBSONValue wrote.
func (k *Keys) UnmarshalBSONValue(t byte, data []byte) error {
	v := bson.RawValue{Type: bson.Type(t), Value: data}
	if v.Type == bson.TypeNull {
		*k = nil
		return nil
	}
	if v.Validate() != nil {
		return errKeys
	}
	_, raw, ok := v.BinaryOK()
	if !ok || len(raw)%8 != 0 {
		return errKeys
	}
	*k = make(Keys, 0, len(raw)/8)
	for ; len(raw) > 0; raw = raw[8:] {
		*k = append(*k, int64(binary.LittleEndian.Uint64(raw)))
	}
	return nil
}

// IsZero lets omitempty leave out an empty list.
func (k Keys) IsZero() bool { return len(k) == 0 }
