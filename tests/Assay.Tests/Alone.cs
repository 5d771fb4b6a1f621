namespace Assay.Tests;

/// <summary>Tests that measure the whole process, or see all that it measures, and therefore run while no other does.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class Alone;
