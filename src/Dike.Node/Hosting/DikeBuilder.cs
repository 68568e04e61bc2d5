namespace Dike.Node;

/// <summary>Collects what a hosted node is made of. Its settings come from the section <c>Dike</c> of the configuration, then from <see cref="Configure"/>, in that order.</summary>
public sealed class DikeBuilder
{
    private readonly List<Action<DikeNodeOptions>> _configure = [];

    internal DikeBuilder()
    {
    }

    /// <summary>Registers a state-machine class.</summary>
    /// <typeparam name="T">The class, marked with <see cref="StateMachineAttribute"/>.</typeparam>
    /// <returns>This builder.</returns>
    public DikeBuilder AddStateMachine<T>()
        where T : class, IStateMachine<T> => Configure(static options => options.StateMachines.Add<T>());

    /// <summary>Changes options after the configuration was read.</summary>
    /// <param name="configure">Changes them.</param>
    /// <returns>This builder.</returns>
    public DikeBuilder Configure(Action<DikeNodeOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        _configure.Add(configure);
        return this;
    }

    internal void Apply(DikeNodeOptions options) => _configure.ForEach(configure => configure(options));
}
