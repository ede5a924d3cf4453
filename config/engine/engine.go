// Package engine opens the three engines that the configuration names, and is the only package that knows which engine stands behind a port.
// It owns no data. An engine that was asked for and does not answer is an error at start, never a reason to take another.
package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"qianshao/config"
	"qianshao/config/engine/blobs"
	"qianshao/config/engine/blobs/disk"
	"qianshao/config/engine/blobs/s3"
	"qianshao/config/engine/docs"
	"qianshao/config/engine/docs/mongo"
	"qianshao/config/engine/docs/sqlite"
	"qianshao/config/engine/queue"
)

// Engines are the open engines of a process.
type Engines struct {
	Docs  docs.Store
	Blobs blobs.Store
	Queue queue.Engine
}

// Open opens what c names, pings each, and logs one line that names all three (never an address or a secret).
// Its errors name the setting to look at.
func Open(ctx context.Context, c *config.Config, log *slog.Logger) (*Engines, error) {
	e := new(Engines)
	for _, open := range []func(context.Context, *config.Config) error{e.openDocs, e.openBlobs, e.openQueue} {
		if err := open(ctx, c); err != nil {
			return nil, errors.Join(err, e.Close())
		}
	}
	log.Info("engines open", "docs", e.Docs.Name(), "blobs", e.Blobs.Name(), "queue", e.Queue.Name())
	return e, nil
}

func (e *Engines) openDocs(ctx context.Context, c *config.Config) (err error) {
	setting := "QIANSHAO_MONGO"
	if c.Mongo != "" {
		e.Docs, err = mongo.Open(ctx, string(c.Mongo))
	} else {
		setting = "QIANSHAO_DATA"
		if err = os.MkdirAll(c.Data, 0o700); err == nil {
			e.Docs, err = sqlite.Open(filepath.Join(c.Data, "docs.db")) //nolint:contextcheck // the file lives on after ctx
		}
	}
	if err == nil {
		err = e.Docs.Ping(ctx)
	}
	return named(setting, err)
}

func (e *Engines) openBlobs(ctx context.Context, c *config.Config) (err error) {
	setting := "QIANSHAO_S3"
	if c.S3 != "" {
		e.Blobs, err = s3.Open(ctx, string(c.S3))
	} else {
		setting = "QIANSHAO_DATA"
		e.Blobs, err = disk.Open(filepath.Join(c.Data, "evidence"))
	}
	if err == nil {
		err = e.Blobs.Ping(ctx)
	}
	if errors.Is(err, blobs.ErrFull) { // words are still taken, and /readyz says that photos are not
		err = nil
	}
	return named(setting, err)
}

// openQueue needs no ping of its own: both kinds ping when they open.
func (e *Engines) openQueue(ctx context.Context, c *config.Config) (err error) {
	if c.Redis != "" {
		e.Queue, err = queue.OpenRedis(ctx, string(c.Redis))
	} else {
		e.Queue, err = queue.OpenEmbedded() //nolint:contextcheck // it is this process itself that answers
	}
	return named("QIANSHAO_REDIS", err)
}

func named(setting string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("engine: look at %s: %w", setting, err)
}

// Close closes the queue, then the blobs, then the documents, and joins their errors.
func (e *Engines) Close() error {
	var errs []error
	if e.Queue != nil {
		errs = append(errs, e.Queue.Close())
	}
	if e.Blobs != nil {
		errs = append(errs, e.Blobs.Close())
	}
	if e.Docs != nil {
		errs = append(errs, e.Docs.Close())
	}
	return errors.Join(errs...)
}
