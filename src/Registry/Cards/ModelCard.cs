using System.ComponentModel.DataAnnotations;
using Assay.Inference.Models;

namespace Assay.Registry;

/// <summary>What there is to know about a version for somebody who is to use it: facts from its package, and what people say.</summary>
/// <param name="Facts">Filled in by Assay; the same in every version of the card.</param>
/// <param name="Words">Written by people.</param>
/// <param name="Number">Version of the card, from 1; 0 while nobody has written anything.</param>
/// <param name="WrittenBy">Pseudonymous id of who wrote this version of it; null for number 0.</param>
/// <param name="WrittenAt">When; null for number 0.</param>
/// <param name="Attestation">Digest of the statement that signs it, as a bill of materials; null for number 0.</param>
public sealed record ModelCard(
    CardFacts Facts, CardWords Words, int Number, string? WrittenBy, DateTimeOffset? WrittenAt, string? Attestation);

/// <summary>The part of a card that Assay knows by itself.</summary>
/// <param name="Project">Project of the model.</param>
/// <param name="Model">Its name.</param>
/// <param name="Version">Its number.</param>
/// <param name="Digest">Root of its files.</param>
/// <param name="RegisteredAt">When it was registered.</param>
/// <param name="Schema">Inputs and output.</param>
/// <param name="Trainer">What fitted it; null when the package does not say.</param>
/// <param name="Files">The signed files.</param>
/// <param name="Metrics">On rows that were not trained on; over all of them, and by slices.</param>
/// <param name="Advantage">Over the version that was in production then; null when there was none.</param>
/// <param name="Datasets">What it was trained on.</param>
/// <param name="TrainRows">Rows that it was fitted on; null when the package does not say.</param>
/// <param name="HoldoutRows">Rows that it was evaluated on; likewise.</param>
/// <param name="ExcludedColumns">Columns left out, each with its reason.</param>
/// <param name="Notes">What else the training said.</param>
public sealed record CardFacts(
    string Project,
    string Model,
    int Version,
    string Digest,
    DateTimeOffset RegisteredAt,
    ModelSchema Schema,
    string? Trainer,
    IReadOnlyList<PackageFile> Files,
    IReadOnlyList<CardMetric> Metrics,
    CardAdvantage? Advantage,
    IReadOnlyList<CardDataset> Datasets,
    int? TrainRows,
    int? HoldoutRows,
    IReadOnlyList<CardExclusion> ExcludedColumns,
    IReadOnlyList<string> Notes);

/// <summary>A metric of a model.</summary>
/// <param name="Name">Such as <c>auc</c>.</param>
/// <param name="Value">Its value.</param>
/// <param name="Slice">The rows that it is about, such as <c>contract = monthly</c>; null for all.</param>
public sealed record CardMetric(string Name, double Value, string? Slice = null);

/// <summary>By how much a model was better than the one in production, on the same rows, with a 95 % interval.</summary>
public sealed record CardAdvantage(string Metric, double Value, double Low, double High);

/// <summary>Data that a model was trained on.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version; null when the package does not say.</param>
/// <param name="Digest">SHA-256 of its bytes.</param>
/// <param name="Rows">Rows; null when the dataset is not here.</param>
/// <param name="Synthetic">Whether the rows were made up; null when the dataset is not here.</param>
public sealed record CardDataset(string Name, int? Version, string Digest, long? Rows, bool? Synthetic);

/// <summary>A column that was left out, and why.</summary>
public sealed record CardExclusion(string Column, string Reason);

/// <summary>The part of a card that people write. Each line of a list has at most 2,000 characters.</summary>
/// <param name="Overview">What the model is for, in a few sentences.</param>
/// <param name="IntendedUses">What it is meant to be used for.</param>
/// <param name="Users">Who is meant to use it.</param>
/// <param name="Limitations">Where it should not be trusted.</param>
/// <param name="Tradeoffs">What was given up for what.</param>
/// <param name="EthicalConsiderations">What could do harm, and what is done about it.</param>
/// <param name="FairnessNotes">Who could be treated worse, and what is done about it.</param>
/// <param name="Owners">Who answers for the model: teams rather than people.</param>
/// <param name="Licence">SPDX identifier, or a name.</param>
public sealed record CardWords(
    [StringLength(4000)] string? Overview = null,
    [MaxLength(CardWords.LinesMax)] IReadOnlyList<string>? IntendedUses = null,
    [MaxLength(CardWords.LinesMax)] IReadOnlyList<string>? Users = null,
    [MaxLength(CardWords.LinesMax)] IReadOnlyList<string>? Limitations = null,
    [MaxLength(CardWords.LinesMax)] IReadOnlyList<string>? Tradeoffs = null,
    [MaxLength(CardWords.LinesMax)] IReadOnlyList<EthicalConsideration>? EthicalConsiderations = null,
    [MaxLength(CardWords.LinesMax)] IReadOnlyList<FairnessNote>? FairnessNotes = null,
    [MaxLength(CardWords.LinesMax)] IReadOnlyList<CardOwner>? Owners = null,
    [StringLength(200)] string? Licence = null)
{
    /// <summary>Lines of one list.</summary>
    public const int LinesMax = 50;
}

/// <summary>A risk, and what is done about it.</summary>
public sealed record EthicalConsideration(
    [Required, StringLength(2000, MinimumLength = 1)] string Name, [StringLength(2000)] string? Mitigation = null);

/// <summary>A group that could be treated worse.</summary>
public sealed record FairnessNote(
    [Required, StringLength(2000, MinimumLength = 1)] string Group,
    [StringLength(2000)] string? Benefits = null,
    [StringLength(2000)] string? Harms = null,
    [StringLength(2000)] string? Mitigation = null);

/// <summary>Who answers for a model.</summary>
/// <param name="Name">Such as a team.</param>
/// <param name="Contact">An e-mail address, or an address of a page.</param>
public sealed record CardOwner(
    [Required, StringLength(200, MinimumLength = 1)] string Name, [StringLength(300)] string? Contact = null);

/// <summary>A version of a card.</summary>
/// <param name="Number">From 1.</param>
/// <param name="WrittenBy">Pseudonymous id of who wrote it.</param>
/// <param name="WrittenAt">When.</param>
/// <param name="Attestation">Digest of the statement that signs it.</param>
public sealed record CardVersion(int Number, string WrittenBy, DateTimeOffset WrittenAt, string Attestation);
