namespace System.Runtime.CompilerServices;

/// <summary>What the compiler needs for <c>init</c> and records on netstandard2.0, which lacks it.</summary>
internal static class IsExternalInit
{
}
