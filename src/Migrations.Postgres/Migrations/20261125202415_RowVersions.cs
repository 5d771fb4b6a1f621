using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Assay.Migrations.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class RowVersions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<uint>(
                name: "xmin",
                table: "tracking_tags",
                type: "xid",
                rowVersion: true,
                nullable: false,
                defaultValue: 0u);

            migrationBuilder.AddColumn<uint>(
                name: "xmin",
                table: "tracking_runs",
                type: "xid",
                rowVersion: true,
                nullable: false,
                defaultValue: 0u);

            migrationBuilder.AddColumn<uint>(
                name: "xmin",
                table: "tracking_params",
                type: "xid",
                rowVersion: true,
                nullable: false,
                defaultValue: 0u);

            migrationBuilder.AddColumn<uint>(
                name: "xmin",
                table: "tracking_experiments",
                type: "xid",
                rowVersion: true,
                nullable: false,
                defaultValue: 0u);

            migrationBuilder.AddColumn<uint>(
                name: "xmin",
                table: "serving_endpoints",
                type: "xid",
                rowVersion: true,
                nullable: false,
                defaultValue: 0u);

            migrationBuilder.AddColumn<uint>(
                name: "xmin",
                table: "registry_versions",
                type: "xid",
                rowVersion: true,
                nullable: false,
                defaultValue: 0u);

            migrationBuilder.AddColumn<uint>(
                name: "xmin",
                table: "registry_verdicts",
                type: "xid",
                rowVersion: true,
                nullable: false,
                defaultValue: 0u);

            migrationBuilder.AddColumn<uint>(
                name: "xmin",
                table: "registry_policy_versions",
                type: "xid",
                rowVersion: true,
                nullable: false,
                defaultValue: 0u);

            migrationBuilder.AddColumn<uint>(
                name: "xmin",
                table: "registry_policies",
                type: "xid",
                rowVersion: true,
                nullable: false,
                defaultValue: 0u);

            migrationBuilder.AddColumn<uint>(
                name: "xmin",
                table: "registry_models",
                type: "xid",
                rowVersion: true,
                nullable: false,
                defaultValue: 0u);

            migrationBuilder.AddColumn<uint>(
                name: "xmin",
                table: "registry_attestations",
                type: "xid",
                rowVersion: true,
                nullable: false,
                defaultValue: 0u);

            migrationBuilder.AddColumn<uint>(
                name: "xmin",
                table: "registry_aliases",
                type: "xid",
                rowVersion: true,
                nullable: false,
                defaultValue: 0u);

            migrationBuilder.AddColumn<uint>(
                name: "xmin",
                table: "pipelines_trainings",
                type: "xid",
                rowVersion: true,
                nullable: false,
                defaultValue: 0u);

            migrationBuilder.AddColumn<uint>(
                name: "xmin",
                table: "monitoring_settings",
                type: "xid",
                rowVersion: true,
                nullable: false,
                defaultValue: 0u);

            migrationBuilder.AddColumn<uint>(
                name: "xmin",
                table: "monitoring_alerts",
                type: "xid",
                rowVersion: true,
                nullable: false,
                defaultValue: 0u);

            migrationBuilder.AddColumn<uint>(
                name: "xmin",
                table: "governance_tokens",
                type: "xid",
                rowVersion: true,
                nullable: false,
                defaultValue: 0u);

            migrationBuilder.AddColumn<uint>(
                name: "xmin",
                table: "governance_projects",
                type: "xid",
                rowVersion: true,
                nullable: false,
                defaultValue: 0u);

            migrationBuilder.AddColumn<uint>(
                name: "xmin",
                table: "data_versions",
                type: "xid",
                rowVersion: true,
                nullable: false,
                defaultValue: 0u);

            migrationBuilder.AddColumn<uint>(
                name: "xmin",
                table: "data_datasets",
                type: "xid",
                rowVersion: true,
                nullable: false,
                defaultValue: 0u);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "xmin",
                table: "tracking_tags");

            migrationBuilder.DropColumn(
                name: "xmin",
                table: "tracking_runs");

            migrationBuilder.DropColumn(
                name: "xmin",
                table: "tracking_params");

            migrationBuilder.DropColumn(
                name: "xmin",
                table: "tracking_experiments");

            migrationBuilder.DropColumn(
                name: "xmin",
                table: "serving_endpoints");

            migrationBuilder.DropColumn(
                name: "xmin",
                table: "registry_versions");

            migrationBuilder.DropColumn(
                name: "xmin",
                table: "registry_verdicts");

            migrationBuilder.DropColumn(
                name: "xmin",
                table: "registry_policy_versions");

            migrationBuilder.DropColumn(
                name: "xmin",
                table: "registry_policies");

            migrationBuilder.DropColumn(
                name: "xmin",
                table: "registry_models");

            migrationBuilder.DropColumn(
                name: "xmin",
                table: "registry_attestations");

            migrationBuilder.DropColumn(
                name: "xmin",
                table: "registry_aliases");

            migrationBuilder.DropColumn(
                name: "xmin",
                table: "pipelines_trainings");

            migrationBuilder.DropColumn(
                name: "xmin",
                table: "monitoring_settings");

            migrationBuilder.DropColumn(
                name: "xmin",
                table: "monitoring_alerts");

            migrationBuilder.DropColumn(
                name: "xmin",
                table: "governance_tokens");

            migrationBuilder.DropColumn(
                name: "xmin",
                table: "governance_projects");

            migrationBuilder.DropColumn(
                name: "xmin",
                table: "data_versions");

            migrationBuilder.DropColumn(
                name: "xmin",
                table: "data_datasets");
        }
    }
}
