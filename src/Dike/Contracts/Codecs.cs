using System.Buffers;
using System.ComponentModel;
using MemoryPack;

namespace Dike;

/// <summary>Writes one value. A static method of generated code.</summary>
/// <typeparam name="T">The value's type.</typeparam>
/// <param name="writer">Where to.</param>
/// <param name="value">The value.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public delegate void Encode<T>(ref MemoryPackWriter<ArrayBufferWriter<byte>> writer, T value);

/// <summary>Reads one value. A static method of generated code.</summary>
/// <typeparam name="T">The value's type.</typeparam>
/// <param name="reader">Where from.</param>
/// <returns>The value.</returns>
[EditorBrowsable(EditorBrowsableState.Never)]
public delegate T Decode<T>(ref MemoryPackReader reader);
