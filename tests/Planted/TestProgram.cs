namespace Dike.Planted;

/// <summary>A test program, or some classes of it.</summary>
/// <param name="Project">The project below tests.</param>
/// <param name="Arguments">What its runner is given.</param>
internal sealed record TestProgram(string Project, IReadOnlyList<string> Arguments)
{
    public override string ToString() => string.Join(' ', Arguments.Prepend(Project));
}
