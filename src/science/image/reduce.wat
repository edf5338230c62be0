;; Means of blocks of pixels, sixteen bytes at a time (see reduce.ts). `npm run assemble` makes reduce.wasm of it.
;; Sums are whole numbers, so that their order does not matter. Addresses are bytes of the memory.
(module
  (memory (export "memory") 1)

  ;; The means of one row of blocks: `block` lines of 8-bit RGB, each `stride` bytes, a multiple of 16, lie at `lines`; `count` means of three
  ;; floats each are written at `to`, and one float more. `sums` has room for 4 * stride bytes.
  (func (export "meansOfBlocks") (param $lines i32) (param $stride i32) (param $block i32) (param $count i32) (param $sums i32) (param $to i32)
    (local $offset i32) (local $line i32) (local $left i32) (local $at i32)
    (local $bytes v128) (local $half v128) (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local $sum v128) (local $divisor v128)
    (loop $columns ;; down the lines, for sixteen bytes of each
      (local.set $a (v128.const i32x4 0 0 0 0))
      (local.set $b (v128.const i32x4 0 0 0 0))
      (local.set $c (v128.const i32x4 0 0 0 0))
      (local.set $d (v128.const i32x4 0 0 0 0))
      (local.set $line (i32.add (local.get $lines) (local.get $offset)))
      (local.set $left (local.get $block))
      (loop $down
        (local.set $bytes (v128.load (local.get $line)))
        (local.set $half (i16x8.extend_low_i8x16_u (local.get $bytes)))
        (local.set $a (i32x4.add (local.get $a) (i32x4.extend_low_i16x8_u (local.get $half))))
        (local.set $b (i32x4.add (local.get $b) (i32x4.extend_high_i16x8_u (local.get $half))))
        (local.set $half (i16x8.extend_high_i8x16_u (local.get $bytes)))
        (local.set $c (i32x4.add (local.get $c) (i32x4.extend_low_i16x8_u (local.get $half))))
        (local.set $d (i32x4.add (local.get $d) (i32x4.extend_high_i16x8_u (local.get $half))))
        (local.set $line (i32.add (local.get $line) (local.get $stride)))
        (br_if $down (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
      (local.set $at (i32.add (local.get $sums) (i32.shl (local.get $offset) (i32.const 2))))
      (v128.store (local.get $at) (local.get $a))
      (v128.store offset=16 (local.get $at) (local.get $b))
      (v128.store offset=32 (local.get $at) (local.get $c))
      (v128.store offset=48 (local.get $at) (local.get $d))
      (local.set $offset (i32.add (local.get $offset) (i32.const 16)))
      (br_if $columns (i32.lt_u (local.get $offset) (local.get $stride))))

    (local.set $divisor (f32x4.splat (f32.convert_i32_u (i32.mul (local.get $block) (local.get $block)))))
    (loop $blocks ;; along the sums, three at a time; what the fourth lane holds is written over
      (local.set $sum (v128.const i32x4 0 0 0 0))
      (local.set $left (local.get $block))
      (loop $along
        (local.set $sum (i32x4.add (local.get $sum) (v128.load (local.get $sums))))
        (local.set $sums (i32.add (local.get $sums) (i32.const 12)))
        (br_if $along (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
      (v128.store (local.get $to) (f32x4.div (f32x4.convert_i32x4_u (local.get $sum)) (local.get $divisor)))
      (local.set $to (i32.add (local.get $to) (i32.const 12)))
      (br_if $blocks (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))))
