// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/png"
	"log"
	"math/rand"
	"strconv"
)

// pictureFile is a whole PNG of a given size. All pictures share all but a few bytes, which name the task: so a picture
// in a wrong folder is seen, and none is painted while somebody waits.
type pictureFile struct {
	start  []byte // the signature and the header
	rest   []byte // the pixels, random bytes as padding, the end
	length string
}

const (
	startLength = 8 + 25 // the signature, and IHDR
	endLength   = 12
	chunkExtra  = 12 // a chunk's length, name and checksum
	taskKey     = "Comment\x00"
	taskLength  = 16
)

func newPictureFile(size int) *pictureFile {
	noise := rand.New(rand.NewSource(1))
	pixels := image.NewGray(image.Rect(0, 0, 32, 32))
	noise.Read(pixels.Pix)
	var small bytes.Buffer
	if err := png.Encode(&small, pixels); err != nil {
		log.Fatal(err)
	}
	whole := small.Bytes()
	padding := size - len(whole) - (chunkExtra + len(taskKey) + taskLength) - chunkExtra
	if padding < 0 {
		log.Fatalf("a picture has %d bytes at least", size-padding)
	}
	filler := make([]byte, padding)
	noise.Read(filler)
	rest := append([]byte{}, whole[startLength:len(whole)-endLength]...)
	rest = append(rest, chunk("paDd", filler)...)
	rest = append(rest, whole[len(whole)-endLength:]...)
	return &pictureFile{start: whole[:startLength], rest: rest, length: strconv.Itoa(size)}
}

// head is what stands before the rest.
func (p *pictureFile) head(task string) []byte {
	return append(append([]byte{}, p.start...), chunk("tEXt", []byte(taskKey+task))...)
}

func chunk(name string, data []byte) []byte {
	bytes := make([]byte, 0, chunkExtra+len(data))
	bytes = binary.BigEndian.AppendUint32(bytes, uint32(len(data)))
	bytes = append(append(bytes, name...), data...)
	return binary.BigEndian.AppendUint32(bytes, crc32.ChecksumIEEE(bytes[4:]))
}
