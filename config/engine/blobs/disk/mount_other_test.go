//go:build !linux

package disk_test

import "errors"

func mountSmall(string, int) error { return errors.New("tmpfs is Linux's") }

func unmount(string) error { return nil }
