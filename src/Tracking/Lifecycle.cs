namespace Assay.Tracking;

/// <summary>Deleted things stay, can be restored, and are left out of listings.</summary>
internal enum Lifecycle
{
    Active,
    Deleted,
}
