/** A frame of 126 to 65,535 bytes takes two bytes for its length; every trade frame is one. */
const headerBytes = 4
const smallest = 126
const maxFrameBytes = 640

/** Text frames of a WebSocket server, gathered so that a turn of the event loop costs one write. */
export class FrameBatch {
  private readonly buffer: Buffer
  private length = 0

  constructor(maxFrames: number) {
    this.buffer = Buffer.allocUnsafe(maxFrames * maxFrameBytes)
  }

  /** Adds one frame of plain ASCII. */
  add(text: string): void {
    if (text.length < smallest || text.length > maxFrameBytes - headerBytes) {
      throw new RangeError(`a frame of ${text.length} bytes does not fit`)
    }
    // FIN and text; no mask, as from every server.
    this.buffer[this.length] = 0x81
    this.buffer[this.length + 1] = 126
    this.buffer.writeUInt16BE(text.length, this.length + 2)
    this.buffer.write(text, this.length + headerBytes, 'latin1')
    this.length += headerBytes + text.length
  }

  /** Everything added. */
  bytes(): Buffer {
    return this.buffer.subarray(0, this.length)
  }
}
