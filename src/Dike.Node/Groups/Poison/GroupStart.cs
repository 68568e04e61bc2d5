namespace Dike.Node.Groups.Poison;

/// <summary>How the process that ran the group before this one ended.</summary>
/// <param name="IsUnclean">It did not stop by itself: it was killed, or it died, perhaps of a command; or it halted this group.</param>
/// <param name="Mark">The last mark that it made durable; <see cref="ApplyMark.None"/> if there is none.</param>
internal readonly record struct GroupStart(bool IsUnclean, ApplyMark Mark)
{
    public static GroupStart Clean => default;
}
