namespace Dike;

/// <summary>
/// The entrance for callers. Generated accessors extend it: <c>dike.Arithmetic("somekey").AddAsync(15)</c>. Thread-safe; one per process and cluster is enough.
/// </summary>
public interface IDikeClient
{
    /// <summary>Administration of the cluster.</summary>
    IDikeAdmin Admin { get; }

    /// <summary>A typed client of one key. Cheap; sends nothing.</summary>
    /// <typeparam name="TClient">The generated interface.</typeparam>
    /// <param name="contract">The generated contract.</param>
    /// <param name="key">1 to 512 bytes of UTF-8, no lone surrogates.</param>
    /// <param name="options">What to choose for calls through the result.</param>
    /// <returns>The typed client.</returns>
    /// <exception cref="ArgumentException"><paramref name="key"/> is not a legal key.</exception>
    TClient Get<TClient>(ClientContract<TClient> contract, string key, DikeCallOptions? options = null)
        where TClient : class;
}
