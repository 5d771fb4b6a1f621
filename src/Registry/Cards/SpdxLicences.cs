namespace Assay.Registry.Cards;

/// <summary>
/// The licences under which models are published most, by their SPDX identifiers. CycloneDX takes an identifier only from
/// SPDX's list; any other licence is given by its name.
/// </summary>
internal static class SpdxLicences
{
    private static readonly string[] Known =
    [
        "AFL-3.0", "AGPL-3.0-only", "AGPL-3.0-or-later", "Apache-2.0", "Artistic-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0",
        "CC-BY-4.0", "CC-BY-NC-4.0", "CC-BY-NC-ND-4.0", "CC-BY-NC-SA-4.0", "CC-BY-ND-4.0", "CC-BY-SA-4.0", "CC0-1.0",
        "CDLA-Permissive-2.0", "CDLA-Sharing-1.0", "ECL-2.0", "EPL-2.0", "EUPL-1.2", "GPL-2.0-only", "GPL-2.0-or-later",
        "GPL-3.0-only", "GPL-3.0-or-later", "ISC", "LGPL-2.1-only", "LGPL-3.0-only", "LGPL-3.0-or-later", "MIT", "MPL-2.0",
        "MS-PL", "NCSA", "ODbL-1.0", "OFL-1.1", "OSL-3.0", "PDDL-1.0", "PostgreSQL", "Unlicense", "Zlib",
    ];

    /// <summary>The identifier as SPDX writes it; null when it is not among these.</summary>
    public static string? Find(string licence) => Known.FirstOrDefault(id => string.Equals(id, licence.Trim(), StringComparison.OrdinalIgnoreCase));
}
