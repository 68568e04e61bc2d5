namespace Dike.Planted;

/// <summary>One bug as the catalogue describes it: a place in the product's source and what stands there while the bug is active.</summary>
/// <param name="Id">Its name, from its area.</param>
/// <param name="Area">One of the catalogue's areas.</param>
/// <param name="Breaks">What it breaks.</param>
/// <param name="File">The file, from the top of the repository.</param>
/// <param name="Find">Text that occurs exactly once in the file.</param>
/// <param name="Replace">What is put in its place; <see cref="Placeholder"/> in it becomes the question whether the bug is active.</param>
/// <param name="Why">What goes wrong with it.</param>
internal sealed record Bug(string Id, string Area, Breakage Breaks, string File, string Find, string Replace, string Why)
{
    /// <summary>Must stand in every replacement: without it the bug would be there for all others, too.</summary>
    public const string Placeholder = "{bug}";
}
