namespace Dike.Testing.Tests.Checkers;

/// <summary>A good run made bad in one place.</summary>
/// <param name="Name">What is wrong with it.</param>
/// <param name="Break">Makes it so.</param>
/// <param name="Reasons">What the failure must say.</param>
internal sealed record BadRun(string Name, Func<RecordedRun, RecordedRun> Break, params string[] Reasons);
