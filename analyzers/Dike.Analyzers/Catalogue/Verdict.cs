namespace Dike.Analyzers.Catalogue;

/// <summary>How sure the catalogue is that a member makes replicas differ.</summary>
internal enum Verdict
{
    /// <summary>It does.</summary>
    Error,

    /// <summary>It can, between runtime versions or hosts.</summary>
    Warning,
}
