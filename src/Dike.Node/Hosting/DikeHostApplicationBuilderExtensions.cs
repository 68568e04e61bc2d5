using Dike.Node;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Extensions.Hosting;

/// <summary>Adds Dike to a host that is being built.</summary>
public static class DikeHostApplicationBuilderExtensions
{
    /// <summary>Adds a node, a client and health checks; settings come from the section <c>Dike</c>.</summary>
    /// <typeparam name="TBuilder">The kind of host.</typeparam>
    /// <param name="builder">The host's builder.</param>
    /// <param name="configure">Registers state machines and changes options: <c>dike => dike.AddStateMachine&lt;Arithmetic&gt;()</c>.</param>
    /// <returns>The host's builder.</returns>
    public static TBuilder AddDike<TBuilder>(this TBuilder builder, Action<DikeBuilder> configure)
        where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddDikeNode(configure);
        return builder;
    }
}
