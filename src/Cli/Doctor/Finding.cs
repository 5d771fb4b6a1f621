namespace Assay.Cli.Doctor;

/// <summary>How a check came out.</summary>
internal enum CheckOutcome
{
    /// <summary>As it should be.</summary>
    Fine,

    /// <summary>Works, with something worth knowing.</summary>
    Notice,

    /// <summary>Assay can't work like this.</summary>
    Problem,
}

/// <summary>What one check found.</summary>
/// <param name="Check">What was looked at.</param>
/// <param name="Verdict">How it came out.</param>
/// <param name="Observed">What is there.</param>
/// <param name="Remedy">What to do about it; null when nothing is to be done.</param>
internal sealed record Finding(string Check, CheckOutcome Verdict, string Observed, string? Remedy = null);
