package main

import (
	"context"
	"crypto/hmac"
	"errors"
	"fmt"

	"qianshao/config/engine/docs"
	"qianshao/intake/vault"
)

// keyMark is the trace that the platform key leaves in the documents; the key cannot be told from it.
type keyMark struct {
	ID   string `bson:"_id"`
	Mark []byte `bson:"mark"`
}

var errOtherKey = errors.New("这里的资料是用另一把总钥匙锁的：拿回原来的 DATA/keys/platform.key，或者用 QIANSHAO_VAULT_KEY_FILE 指给它；几台机器要用同一把 " +
	"(what is stored here was sealed with another platform key: put the old DATA/keys/platform.key back, or name it with QIANSHAO_VAULT_KEY_FILE; all machines need the same one)")

// sameKey refuses a platform key that is not the one with which the documents were begun. A machine that lost its key, or a second one that was given
// none, would otherwise make a new key, and no machine could open all tips any more.
func sameKey(ctx context.Context, store docs.Store, v *vault.Vault) error {
	marks, err := docs.Open[keyMark](ctx, store, "keymark")
	if err != nil {
		return fmt.Errorf("key mark: %w", err)
	}
	mine := keyMark{ID: "platform", Mark: v.MAC("key mark")}
	first, err := marks.Get(ctx, mine.ID)
	if errors.Is(err, docs.ErrNotFound) {
		if err = marks.Insert(ctx, &mine); err == nil {
			return nil
		}
		if errors.Is(err, docs.ErrExists) { // another process was faster
			first, err = marks.Get(ctx, mine.ID)
		}
	}
	if err != nil {
		return fmt.Errorf("key mark: %w", err)
	}
	if !hmac.Equal(first.Mark, mine.Mark) {
		return errOtherKey
	}
	return nil
}
