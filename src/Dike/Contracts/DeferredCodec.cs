using System.ComponentModel;

namespace Dike;

/// <summary>How the value of a deferred reply is written. Made by generated code, one per type of <see cref="Deferred{T}"/> that a machine keeps.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class DeferredCodec
{
    private DeferredCodec(Type type, Delegate encode)
    {
        Type = type;
        Encode = encode;
    }

    /// <summary>The value's type.</summary>
    public Type Type { get; }

    internal Delegate Encode { get; }

    /// <summary>The codec of a type.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="encode">Writes a value, as the command that deferred its reply would have written it.</param>
    /// <returns>The codec.</returns>
    public static DeferredCodec Of<T>(Encode<T> encode)
    {
        ArgumentNullException.ThrowIfNull(encode);
        return new DeferredCodec(typeof(T), encode);
    }
}
